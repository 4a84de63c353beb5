import type { ModifyDBInstanceMessage } from '@aws-sdk/client-rds';
import type { Config } from '../../../config/config.ts';
import type { Change } from '../../../inventory/instances.ts';
import {
  DEFAULT_CA_CERTIFICATE_IDENTIFIER,
  ownIdentifierOf,
  refuseUnknownCertificate,
} from '../../../model/certificate/certificate.ts';
import { readAttributes } from '../../../model/db-instance/attributes.ts';
import { refuseBadIdentifier } from '../../../model/db-instance/identifier.ts';
import type { Instance, Settings } from '../../../model/db-instance/instance.ts';
import { refuseOnInventory } from '../../../model/db-instance/inventory-instance.ts';
import { refuseBadMasterPassword } from '../../../model/db-instance/master-password.ts';
import {
  beginningEvents,
  type ModificationPlan,
  planModification,
} from '../../../model/db-instance/modification.ts';
import { refuseChangeOfReplication } from '../../../model/db-instance/replication.ts';
import { readStorage, type Storage } from '../../../model/db-instance/storage.ts';
import { majorOf } from '../../../model/engine/engine-version.ts';
import { invalidParameterCombination } from '../../../model/errors.ts';
import { event } from '../../../model/event.ts';
import { refuseBeginning } from '../../../model/operation/beginning.ts';
import { checkAll, refusalsOf } from '../../../model/refusals.ts';
import { scramVerifier } from '../../../system/scram-verifier.ts';
import { action } from '../../action.ts';
import { parameterNotOffered, refuseNotOffered } from '../../request/not-offered.ts';
import { type AskForRoom, insufficientCapacity, readCapacity } from './capacity.ts';
import { changeInstance } from './change.ts';
import {
  findNamedGroups,
  type NamedGroups,
  readOptionGroup,
  readParameterGroup,
  readSubnetGroup,
} from './groups.ts';
import {
  refuseAutoscaling,
  refuseBackupsWithoutRepository,
  refuseOtherEngine,
  refuseOtherLicense,
  refuseUnknownClass,
} from './rules.ts';

/** Members that say how a change is applied, not what changes. */
const CONTROL_MEMBERS = new Set([
  'DBInstanceIdentifier',
  'ApplyImmediately',
  'AllowMajorVersionUpgrade',
  // A server changes its certificate while it runs, with any value of this member.
  'CertificateRotationRestart',
]);

const STORAGE = ['AllocatedStorage', 'StorageType', 'Iops', 'StorageThroughput'] as const;

function requestedMembers(input: ModifyDBInstanceMessage): string[] {
  return Object.entries(input).flatMap(([name, value]) =>
    value === undefined || CONTROL_MEMBERS.has(name) ? [] : [name],
  );
}

/**
 * Members that cannot be changed may carry the present value, because Ansible sends every member that it
 * knows.
 */
function refuseFixedMembers(input: ModifyDBInstanceMessage, instance: Instance): void {
  const { EngineVersion: version, NewDBInstanceIdentifier: name, DBPortNumber: port } = input;
  const { engineVersion, identifier } = instance;
  checkAll({
    version: () => {
      if (version === undefined || version === engineVersion || version === majorOf(engineVersion)) return;
      throw parameterNotOffered('EngineVersion', 'upgrades', engineVersion);
    },
    name: () => {
      if (name === undefined || name.toLowerCase() === identifier) return;
      refuseBadIdentifier('NewDBInstanceIdentifier', name);
      throw parameterNotOffered('NewDBInstanceIdentifier', 'renaming', identifier);
    },
    port: () => {
      if (port === undefined || port === instance.port) return;
      throw parameterNotOffered('DBPortNumber', 'another port after creation', String(instance.port));
    },
  });
}

/** What another retention period changes at once: without automated backups there is nothing to restore to a time. */
function retentionChange(
  { backupRetentionPeriod: before = 0 }: Instance,
  after: number,
): Required<Pick<Change, 'patch' | 'events'>> {
  if (before === 0 && after > 0) return { patch: {}, events: [event('RDS-EVENT-0032')] };
  if (before === 0 || after > 0) return { patch: {}, events: [] };
  return { patch: { latestRestorableAt: null }, events: [event('RDS-EVENT-0028')] };
}

function operationOf({ modification }: ModificationPlan): Pick<Change, 'operation' | 'events'> {
  if (!modification) return {};
  const passwordOnly = modification.masterPassword && Object.keys(modification).length === 1;
  return {
    operation: {
      type: 'modifyDbInstance',
      input: { modification },
      ...(passwordOnly && { status: 'resetting-master-credentials' as const }),
    },
    events: beginningEvents(modification),
  };
}

/** A request, with what was read for it before the instance is locked. */
interface ModifyRequest {
  readonly input: ModifyDBInstanceMessage;
  /** Of the new master password. */
  readonly verifier: string | undefined;
  readonly mayFit: AskForRoom;
  readonly groups: NamedGroups;
  readonly config: Config;
}

/** Whether the request makes the storage grow, now or later. */
function grows(
  { AllocatedStorage: asked, ApplyImmediately: now = false }: ModifyDBInstanceMessage,
  { allocatedStorage, pending }: Instance,
): boolean {
  return (asked ?? (now ? pending.allocatedStorage : undefined) ?? 0) > allocatedStorage;
}

/** What the request changes on the machine, and the storage after it. */
function planChanges(input: ModifyDBInstanceMessage, instance: Instance) {
  const {
    AllocatedStorage: allocatedStorage,
    DBInstanceClass: dbInstanceClass,
    CACertificateIdentifier: caCertificateIdentifier,
    MasterUserPassword: password,
    ApplyImmediately: applyImmediately = false,
  } = input;
  const plan = planModification(instance, {
    ...(allocatedStorage !== undefined && { allocatedStorage }),
    ...(dbInstanceClass !== undefined && { dbInstanceClass }),
    ...(caCertificateIdentifier !== undefined && { caCertificateIdentifier }),
    masterPassword: password !== undefined,
    applyImmediately,
  });
  const { modification, pending } = plan;
  const has = instance.allocatedStorage;
  const gets = modification?.allocatedStorage ?? pending.allocatedStorage ?? has;
  const { checked } = checkAll({
    checked: () => {
      if (STORAGE.every((name) => input[name] === undefined)) return undefined;
      return readStorage(input, instance.settings, { has, gets });
    },
    autoscaling: () => refuseAutoscaling(input.MaxAllocatedStorage, allocatedStorage ?? has),
  });
  return { plan, storage: checked };
}

/** Every member of the input, checked. All refusals come at once. */
function readMembers({ input, groups, config }: ModifyRequest, instance: Instance) {
  const { DBInstanceClass: dbInstanceClass, MasterUserPassword: password } = input;
  return checkAll({
    engine: () => refuseOtherEngine(input.Engine),
    license: () => refuseOtherLicense(input.LicenseModel),
    dbInstanceClass: () =>
      dbInstanceClass !== undefined && refuseUnknownClass(dbInstanceClass, instance.engineVersion),
    authority: () => refuseUnknownCertificate(input.CACertificateIdentifier),
    password: () => password !== undefined && refuseBadMasterPassword(password),
    fixed: () => refuseFixedMembers(input, instance),
    optionGroupName: () => readOptionGroup(input, groups, instance.engineVersion),
    parameterGroup: () => readParameterGroup(input, groups, instance.engineVersion),
    changes: () => planChanges(input, instance),
    backups: () => refuseBackupsWithoutRepository(input.BackupRetentionPeriod, config),
    attributes: () => readAttributes(input, instance),
    dbSubnetGroup: () => readSubnetGroup(input, groups),
    notOffered: () => refuseNotOffered(input),
  });
}

/** The settings with another storage, whose figures may be fewer. */
function withStorage(settings: Settings, storage: Storage | undefined): Settings {
  if (!storage) return settings;
  const { storageType: _, iops: _iops, storageThroughput: _throughput, ...rest } = settings;
  return { ...rest, ...storage };
}

/** Refuses what is applied now and no host may bear. What waits for its window is refused then. */
function refuseWithoutRoom(instance: Instance, { modification }: ModificationPlan, mayFit: AskForRoom): void {
  const { dbInstanceClass, allocatedStorage, machine, host, settings } = instance;
  const has = { dbInstanceClass, allocatedStorage };
  const question = { machine, host, has, gets: { ...has, ...modification } };
  if (!mayFit(question)) throw insufficientCapacity('modify', question, settings.storageType);
}

/** The change of the instance that the request asks for. */
function decide(request: ModifyRequest, instance: Instance): Change {
  const { input, verifier, mayFit } = request;
  const members = requestedMembers(input);
  const hasPending = Object.keys(instance.pending).length > 0;
  if (members.length === 0 && !(input.ApplyImmediately && hasPending)) {
    throw invalidParameterCombination('No modifications were requested');
  }

  const deletionProtection = input.DeletionProtection ?? instance.deletionProtection;
  // RDS requires `available` for this change as well; a protected instance that failed could then never be
  // deleted.
  const onlyProtection = members.length > 0 && members.every((name) => name === 'DeletionProtection');
  if (onlyProtection && instance.status !== 'available' && instance.status !== 'deleting') {
    return { patch: { deletionProtection } };
  }
  const { changes, attributes, dbSubnetGroup, optionGroupName, parameterGroup } = readMembers(
    request,
    instance,
  );
  // The group that the instance has already is not chosen anew.
  const isOther = parameterGroup?.name !== instance.parameterGroup?.name;
  // The inventory's own password stands in DATABASE_URL of every gateway and worker.
  if (verifier !== undefined) refuseOnInventory(instance.identifier, 'given another master password');
  const { CACertificateIdentifier: authority = DEFAULT_CA_CERTIFICATE_IDENTIFIER } = input;
  // Gateways and workers of earlier versions trust only the first authority.
  if (ownIdentifierOf(authority) !== ownIdentifierOf(DEFAULT_CA_CERTIFICATE_IDENTIFIER)) {
    refuseOnInventory(instance.identifier, 'given another certificate authority');
  }
  if (parameterGroup) refuseOnInventory(instance.identifier, 'given another parameter group');
  if (attributes.backupRetentionPeriod) refuseOnInventory(instance.identifier, 'given automated backups');
  refuseChangeOfReplication(instance, {
    masterPassword: verifier !== undefined,
    backupRetentionPeriod: attributes.backupRetentionPeriod ?? 0,
  });
  refuseBeginning('modifyDbInstance', instance, grows(input, instance));
  refuseWithoutRoom(instance, changes.plan, mayFit);

  const settings = withStorage(attributes.settings, changes.storage);
  const { pending, caCertificateIdentifier } = changes.plan;
  const retention = retentionChange(instance, attributes.backupRetentionPeriod ?? 0);
  const { events = [], ...operation } = operationOf(changes.plan);
  return {
    patch: {
      deletionProtection,
      ...attributes,
      ...retention.patch,
      settings,
      pending,
      ...(caCertificateIdentifier !== undefined && { caCertificateIdentifier }),
      ...(parameterGroup !== undefined && isOther && { parameterGroup }),
      // These groups steer no machine, so there is nothing for which a change of them would wait.
      ...(dbSubnetGroup !== undefined && { dbSubnetGroup }),
      ...(optionGroupName !== undefined && { optionGroupName }),
    },
    ...operation,
    events: [...events, ...retention.events],
    ...(verifier !== undefined && { masterVerifier: verifier }),
  };
}

/** The verifier of a password that RDS takes. `decide` refuses any other, together with what else is wrong. */
async function verifierOf(password: string | undefined): Promise<string | undefined> {
  if (password === undefined || refusalsOf(() => refuseBadMasterPassword(password)).length > 0) {
    return undefined;
  }
  return scramVerifier(password);
}

/**
 * Changes an instance: storage, class and master password by a workflow, the rest at once. A value that the
 * instance already has changes nothing and is no error.
 */
export const modifyDBInstance = action('ModifyDBInstance', async (input, context) => {
  const { inventory, config } = context;
  const verifier = await verifierOf(input.MasterUserPassword);
  const [groups, mayFit] = await Promise.all([
    findNamedGroups(input, inventory),
    readCapacity(inventory, config),
  ]);
  const request = { input, verifier, groups, mayFit, config };

  return changeInstance(context, input.DBInstanceIdentifier, (instance) => decide(request, instance));
});

import type { ModifyDBInstanceMessage } from '@aws-sdk/client-rds';
import type { Change } from '../../../inventory/instances.ts';
import { DEFAULT_CERTIFICATE, refuseUnknownCertificate } from '../../../model/certificate/certificate.ts';
import { readAttributes } from '../../../model/db-instance/attributes.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { refuseOnInventory } from '../../../model/db-instance/inventory-instance.ts';
import { refuseBadMasterPassword } from '../../../model/db-instance/master-password.ts';
import {
  beginningEvents,
  type ModificationPlan,
  planModification,
} from '../../../model/db-instance/modification.ts';
import { refuseBadStorage } from '../../../model/db-instance/storage.ts';
import { majorOf } from '../../../model/engine/engine-version.ts';
import { invalidParameterCombination } from '../../../model/errors.ts';
import { refuseBeginning } from '../../../model/operation/beginning.ts';
import { scramVerifier } from '../../../system/scram-verifier.ts';
import { action } from '../../action.ts';
import { parameterNotOffered, refuseNotOffered } from '../../request/not-offered.ts';
import { changeInstance } from './change.ts';
import {
  refuseAutoscaling,
  refuseOtherEngine,
  refuseOtherGroups,
  refuseOtherLicense,
  refuseUnknownClass,
} from './rules.ts';

/** Members that say how a change is applied, not what changes. */
const MANNERS = new Set([
  'DBInstanceIdentifier',
  'ApplyImmediately',
  'AllowMajorVersionUpgrade',
  // A server changes its certificate while it runs, whatever this member says.
  'CertificateRotationRestart',
]);

const STORAGE = ['AllocatedStorage', 'StorageType', 'Iops', 'StorageThroughput'] as const;

function requestedMembers(input: ModifyDBInstanceMessage): string[] {
  return Object.entries(input).flatMap(([name, value]) =>
    value === undefined || MANNERS.has(name) ? [] : [name],
  );
}

/** Refuses what is wrong for every instance. */
function refuseBadInput(input: ModifyDBInstanceMessage): void {
  refuseNotOffered(input);
  refuseOtherEngine(input.Engine);
  refuseOtherLicense(input.LicenseModel);
  if (input.DBInstanceClass !== undefined) refuseUnknownClass(input.DBInstanceClass);
  if (input.CACertificateIdentifier !== undefined) refuseUnknownCertificate(input.CACertificateIdentifier);
  if (input.MasterUserPassword !== undefined) refuseBadMasterPassword(input.MasterUserPassword);
}

/**
 * Members that cannot be changed may carry the present value, because Ansible sends every member that it
 * knows.
 */
function refuseFixedMembers(input: ModifyDBInstanceMessage, instance: Instance): void {
  const { EngineVersion: version, NewDBInstanceIdentifier: name, DBPortNumber: port } = input;
  const { engineVersion, identifier } = instance;
  if (version !== undefined && version !== engineVersion && version !== majorOf(engineVersion)) {
    throw parameterNotOffered('EngineVersion', 'upgrades', engineVersion);
  }
  if (name !== undefined && name.toLowerCase() !== identifier) {
    throw parameterNotOffered('NewDBInstanceIdentifier', 'renaming', identifier);
  }
  if (port !== undefined && port !== instance.port) {
    throw parameterNotOffered('DBPortNumber', 'another port after creation', String(instance.port));
  }
  refuseOtherGroups(input, engineVersion);
  refuseAutoscaling(input.MaxAllocatedStorage, input.AllocatedStorage ?? instance.allocatedStorage);
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

/** Whether the request makes the storage grow, now or later. */
function grows(
  { AllocatedStorage: asked, ApplyImmediately: now = false }: ModifyDBInstanceMessage,
  { allocatedStorage, pending }: Instance,
): boolean {
  return (asked ?? (now ? pending.allocatedStorage : undefined) ?? 0) > allocatedStorage;
}

/** The change of the instance that the request asks for. */
function decide(input: ModifyDBInstanceMessage, verifier: string | undefined, instance: Instance): Change {
  const members = requestedMembers(input);
  const applyImmediately = input.ApplyImmediately ?? false;
  const hasPending = Object.keys(instance.pending).length > 0;
  if (members.length === 0 && !(applyImmediately && hasPending)) {
    throw invalidParameterCombination('No modifications were requested');
  }

  const protection = input.DeletionProtection ?? instance.deletionProtection;
  // RDS requires `available` for this change as well; a protected instance that failed could then never be
  // deleted.
  const onlyProtection = members.length > 0 && members.every((name) => name === 'DeletionProtection');
  if (onlyProtection && instance.status !== 'available' && instance.status !== 'deleting') {
    return { patch: { deletionProtection: protection } };
  }
  // The inventory's own password stands in DATABASE_URL of every gateway and worker.
  if (verifier !== undefined) refuseOnInventory(instance.identifier, 'given another master password');
  const { CACertificateIdentifier: caCertificateIdentifier } = input;
  // Gateways and workers of before trust the first authority alone.
  if ((caCertificateIdentifier ?? DEFAULT_CERTIFICATE) !== DEFAULT_CERTIFICATE) {
    refuseOnInventory(instance.identifier, 'given another certificate authority');
  }
  refuseBeginning('modifyDbInstance', instance, grows(input, instance));
  refuseFixedMembers(input, instance);

  const attributes = readAttributes(input, instance);
  const { AllocatedStorage: allocatedStorage, DBInstanceClass: dbInstanceClass } = input;
  const plan = planModification(instance, {
    ...(allocatedStorage !== undefined && { allocatedStorage }),
    ...(dbInstanceClass !== undefined && { dbInstanceClass }),
    ...(caCertificateIdentifier !== undefined && { caCertificateIdentifier }),
    masterPassword: verifier !== undefined,
    applyImmediately,
  });
  if (STORAGE.some((name) => input[name] !== undefined)) {
    const { modification, pending } = plan;
    refuseBadStorage(
      attributes.settings,
      modification?.allocatedStorage ?? pending.allocatedStorage ?? instance.allocatedStorage,
    );
  }
  return {
    patch: {
      deletionProtection: protection,
      ...attributes,
      pending: plan.pending,
      ...(plan.caCertificateIdentifier !== undefined && {
        caCertificateIdentifier: plan.caCertificateIdentifier,
      }),
    },
    ...operationOf(plan),
    ...(verifier !== undefined && { masterVerifier: verifier }),
  };
}

/**
 * Changes an instance: storage, class and master password by a workflow, the rest at once. A value that the
 * instance already has changes nothing and is no error.
 */
export const modifyDBInstance = action('ModifyDBInstance', async (input, context) => {
  refuseBadInput(input);
  const { MasterUserPassword: password } = input;
  const verifier = password === undefined ? undefined : await scramVerifier(password);

  return changeInstance(context, input.DBInstanceIdentifier, (instance) => decide(input, verifier, instance));
});

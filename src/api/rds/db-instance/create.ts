import type { CreateDBInstanceMessage } from '@aws-sdk/client-rds';
import { refuseUnknownCertificate } from '../../../model/certificate/certificate.ts';
import { defaultAttributes, readAttributes } from '../../../model/db-instance/attributes.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { refuseBadMasterPassword } from '../../../model/db-instance/master-password.ts';
import { readStorage, type Storage } from '../../../model/db-instance/storage.ts';
import { checkAll } from '../../../model/refusals.ts';
import { addTags } from '../../../model/tags.ts';
import { scramVerifier } from '../../../system/scram-verifier.ts';
import { type ActionContext, action } from '../../action.ts';
import { refuseNotOffered } from '../../request/not-offered.ts';
import { findNamedGroups, type NamedGroups, readSubnetGroup } from './groups.ts';
import { readDatabaseName, readIdentifier, readMasterUsername, readPort } from './names.ts';
import { newInstance, readVersionGroups, refuseWithoutRoom } from './new-instance.ts';
import {
  chooseEngineVersion,
  refuseAutoscaling,
  refuseBackupsWithoutRepository,
  refuseOtherEngine,
  refuseOtherLicense,
  refuseOtherZone,
  refuseUnknownClass,
  required,
} from './rules.ts';
import { toDBInstance } from './view.ts';

function readAllStorage(input: CreateDBInstanceMessage): { allocatedStorage: number; storage: Storage } {
  const allocatedStorage = required('AllocatedStorage', input.AllocatedStorage);
  // io1 if Iops is given, otherwise gp3: StorageType of API_CreateDBInstance
  const base = { storageType: input.Iops ? 'io1' : 'gp3' };
  const { storage } = checkAll({
    storage: () => readStorage(input, base, { gets: allocatedStorage }),
    autoscaling: () => refuseAutoscaling(input.MaxAllocatedStorage, allocatedStorage),
  });
  return { allocatedStorage, storage };
}

function readPassword(given: string | undefined): string {
  const password = required('MasterUserPassword', given);
  refuseBadMasterPassword(password);
  return password;
}

/** Every member of the input, checked. All refusals come at once. */
function readMembers(
  input: CreateDBInstanceMessage,
  { config, owner }: Pick<ActionContext, 'config' | 'owner'>,
  offeredVersions: readonly string[],
  groups: NamedGroups,
) {
  return checkAll({
    identifier: () => readIdentifier(input.DBInstanceIdentifier, config),
    engine: () => refuseOtherEngine(required('Engine', input.Engine)),
    version: () => {
      const engineVersion = chooseEngineVersion(input.EngineVersion, offeredVersions);
      return readVersionGroups(input, groups, engineVersion);
    },
    dbInstanceClass: () =>
      refuseUnknownClass(required('DBInstanceClass', input.DBInstanceClass), input.EngineVersion),
    license: () => refuseOtherLicense(input.LicenseModel),
    zone: () => refuseOtherZone(input.AvailabilityZone, owner),
    masterUsername: () => readMasterUsername(input.MasterUsername),
    password: () => readPassword(input.MasterUserPassword),
    dbName: () => readDatabaseName(input.DBName, input.DBInstanceIdentifier),
    port: () => readPort(input.Port),
    storage: () => readAllStorage(input),
    authority: () => refuseUnknownCertificate(input.CACertificateIdentifier),
    backups: () => refuseBackupsWithoutRepository(input.BackupRetentionPeriod, config),
    attributes: () => readAttributes(input, defaultAttributes(input)),
    dbSubnetGroup: () => readSubnetGroup(input, groups) ?? null,
    tags: () => addTags([], input.Tags ?? []),
    notOffered: () => refuseNotOffered(input),
  });
}

/**
 * Records an instance that a workflow then makes. Cornac has no quota of instances: RDS's quota protects a
 * fleet that strangers share, while here the hosts report that they have no more room.
 */
export const createDBInstance = action('CreateDBInstance', async (input, context) => {
  const { inventory, config, owner, requestId, invocation } = context;
  const [groups, offered] = await Promise.all([
    findNamedGroups(input, inventory),
    inventory.engineVersions.list(),
  ]);
  const members = readMembers(input, context, offered, groups);
  await refuseWithoutRoom(members, context);
  const [verifier, defaultAuthority] = await Promise.all([
    scramVerifier(members.password),
    inventory.certificates.findDefault(),
  ]);
  const answer = (created: Instance) => ({ DBInstance: toDBInstance(created, owner) });

  const instance = newInstance(members, input, { ...config, defaultAuthority });
  return answer(await inventory.instances.create(instance, verifier, { requestId, invocation, answer }));
});

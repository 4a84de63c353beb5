import type { CreateDBInstanceReadReplicaMessage } from '@aws-sdk/client-rds';
import { refuseUnknownCertificate } from '../../../model/certificate/certificate.ts';
import { readAttributes } from '../../../model/db-instance/attributes.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { refuseOnInventory } from '../../../model/db-instance/inventory-instance.ts';
import { refuseReplicating } from '../../../model/db-instance/replication.ts';
import { choose, presentParameters } from '../../../model/db-parameter-group/applied-parameters.ts';
import { attributesOf } from '../../../model/db-snapshot/snapshot.ts';
import { notOffered } from '../../../model/errors.ts';
import { checkAll } from '../../../model/refusals.ts';
import { addTags } from '../../../model/tags.ts';
import { type ActionContext, action } from '../../action.ts';
import { refuseNotOffered } from '../../request/not-offered.ts';
import {
  findNamedGroups,
  type NamedGroups,
  readOptionGroup,
  readParameterGroup,
  readSubnetGroup,
} from './groups.ts';
import { requireInstance } from './named.ts';
import { readIdentifier, readPort } from './names.ts';
import { newInstance, refuseWithoutRoom } from './new-instance.ts';
import { readAllStorage } from './restored.ts';
import { refuseAutoscaling, refuseOtherZone, refuseUnknownClass, required } from './rules.ts';
import { toDBInstance } from './view.ts';

type Input = CreateDBInstanceReadReplicaMessage;

/** The version of the source, and the groups of the request or else those of the source. */
function readGroups(input: Input, groups: NamedGroups, source: Instance) {
  const { engineVersion } = source;
  const own = source.parameterGroup ? choose(source.parameterGroup) : null;
  const { parameterGroup = own, optionGroupName = source.optionGroupName ?? null } = checkAll({
    parameterGroup: () => readParameterGroup(input, groups, engineVersion),
    optionGroupName: () => readOptionGroup(input, groups, engineVersion),
  });
  return {
    ...{ engineVersion, parameterGroup, optionGroupName },
    appliedParameters: presentParameters({ parameterGroup }),
  };
}

/** What a read replica has of its source where the request does not say otherwise: it has no backups and no protection. */
function readReplicaAttributes(input: Input, source: Instance) {
  const { storageType, copyTagsToSnapshot: _, ...settings } = source.settings;
  return readAttributes(input, {
    preferredMaintenanceWindow: source.preferredMaintenanceWindow,
    backupRetentionPeriod: 0,
    settings: { ...settings, storageType, copyTagsToSnapshot: false },
  });
}

/** Every member of the input, checked. All refusals come at once. */
function readMembers(
  input: Input,
  source: Instance,
  groups: NamedGroups,
  { config, owner }: Pick<ActionContext, 'config' | 'owner'>,
) {
  const { masterUsername, dbName, allocatedStorage } = source;
  const members = checkAll({
    identifier: () => readIdentifier(input.DBInstanceIdentifier, config),
    source: () => refuseReplicating(source),
    version: () => readGroups(input, groups, source),
    dbInstanceClass: () =>
      refuseUnknownClass(input.DBInstanceClass ?? source.dbInstanceClass, source.engineVersion),
    zone: () => refuseOtherZone(input.AvailabilityZone, owner),
    port: () => readPort(input.Port ?? source.port),
    storage: () => readAllStorage(input, attributesOf(source)),
    autoscaling: () =>
      refuseAutoscaling(input.MaxAllocatedStorage, input.AllocatedStorage ?? allocatedStorage),
    authority: () => refuseUnknownCertificate(input.CACertificateIdentifier),
    attributes: () => readReplicaAttributes(input, source),
    dbSubnetGroup: () => readSubnetGroup(input, groups) ?? source.dbSubnetGroup ?? null,
    tags: () => addTags([], input.Tags ?? []),
    notOffered: () => refuseNotOffered(input),
  });
  return { ...members, masterUsername, dbName };
}

/** Records a read replica that a workflow then makes. Its source goes on as before. */
export const createDBInstanceReadReplica = action('CreateDBInstanceReadReplica', async (input, context) => {
  const { inventory, config, owner, requestId, invocation } = context;
  // Only an instance with automated backups can be a source, and these need a repository.
  if (config.backupRepository === undefined) throw notOffered('CreateDBInstanceReadReplica');
  refuseNotOffered(input);
  const named = required('SourceDBInstanceIdentifier', input.SourceDBInstanceIdentifier);
  const [source, groups] = await Promise.all([
    requireInstance(named, context),
    findNamedGroups(input, inventory),
  ]);
  refuseOnInventory(source.identifier, 'replicated');
  const members = readMembers(input, source, groups, context);
  await refuseWithoutRoom(members, context);
  const answer = (created: Instance) => ({ DBInstance: toDBInstance(created, owner) });
  const { dbiResourceId, identifier, caCertificateIdentifier } = source;
  const made = newInstance(members, input, { ...config, defaultAuthority: caCertificateIdentifier });
  const wanted = { ...made, replicaOf: { dbiResourceId, identifier } };
  return answer(await inventory.instances.replicate(wanted, { requestId, invocation, answer }));
});

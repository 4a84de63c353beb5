import type { RestoreDBInstanceToPointInTimeMessage } from '@aws-sdk/client-rds';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { choosePointInTime } from '../../../model/db-snapshot/point-in-time.ts';
import { attributesOf } from '../../../model/db-snapshot/snapshot.ts';
import { dbInstanceNotFound, invalidParameterCombination, notOffered } from '../../../model/errors.ts';
import { checkAll } from '../../../model/refusals.ts';
import { type ActionContext, action } from '../../action.ts';
import { parameterNotOffered } from '../../request/not-offered.ts';
import { findNamedGroups } from './groups.ts';
import { requireInstance } from './named.ts';
import { readIdentifier } from './names.ts';
import { beginRestore, readRestored } from './restored.ts';
import { refuseAutoscaling } from './rules.ts';

type Input = RestoreDBInstanceToPointInTimeMessage;

/**
 * The instance that was backed up.
 * @throws invalidParameterCombination, dbInstanceNotFound
 */
async function requireSource(input: Input, context: ActionContext): Promise<Instance> {
  const { SourceDBInstanceIdentifier: name, SourceDbiResourceId: dbiResourceId } = input;
  if (input.SourceDBInstanceAutomatedBackupsArn !== undefined) {
    throw parameterNotOffered(
      'SourceDBInstanceAutomatedBackupsArn',
      'backups in another region and of deleted DB instances',
    );
  }
  if ((name === undefined) === (dbiResourceId === undefined)) {
    throw invalidParameterCombination(
      'Specify either SourceDBInstanceIdentifier or SourceDbiResourceId, and not both.',
    );
  }
  if (name !== undefined) return requireInstance(name, context);
  const source = await context.inventory.instances.find({ dbiResourceId: dbiResourceId ?? '' });
  if (!source) throw dbInstanceNotFound(dbiResourceId ?? '');
  return source;
}

/**
 * The time that the request names; undefined for the latest one.
 * @throws invalidParameterCombination
 */
function readTime({ RestoreTime: time, UseLatestRestorableTime: latest = false }: Input): Date | undefined {
  if (latest !== (time === undefined)) {
    throw invalidParameterCombination('Specify either RestoreTime or UseLatestRestorableTime, and not both.');
  }
  return time;
}

/** Records an instance that a workflow then makes of another one, as that was at some time. */
export const restoreDBInstanceToPointInTime = action(
  'RestoreDBInstanceToPointInTime',
  async (input, context) => {
    const { inventory, config } = context;
    if (config.backupRepository === undefined) throw notOffered('RestoreDBInstanceToPointInTime');
    const asked = readTime(input);
    const source = await requireSource(input, context);
    const { dbiResourceId, backupRetentionPeriod = 0 } = source;
    const [automated, groups, offered, defaultAuthority] = await Promise.all([
      inventory.snapshots.list({
        types: new Set(['automated']),
        dbiResourceIds: new Set([dbiResourceId]),
      }),
      findNamedGroups(input, inventory),
      inventory.engineVersions.list(),
      inventory.certificates.findDefault(),
    ]);
    const restore = {
      ...{ source: attributesOf(source), backupRetentionPeriod, offered, groups },
      identify: () => readIdentifier(input.TargetDBInstanceIdentifier, config, 'TargetDBInstanceIdentifier'),
      refuseSource: () => {},
    };
    const { members, point } = checkAll({
      point: () => choosePointInTime(source, automated, asked),
      members: () => readRestored(input, restore, context),
      autoscaling: () =>
        refuseAutoscaling(input.MaxAllocatedStorage, input.AllocatedStorage ?? source.allocatedStorage),
    });
    const { id, identifier } = point.snapshot;
    const pointInTime = { source: source.identifier, time: point.time.toISOString() };
    const operation = { snapshot: { id, identifier }, pointInTime };
    return beginRestore(input, members, operation, defaultAuthority, context);
  },
);

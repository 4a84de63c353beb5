import type { RestoreDBInstanceToPointInTimeMessage } from '@aws-sdk/client-rds';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { choosePointInTime } from '../../../model/db-snapshot/point-in-time.ts';
import type { RetainedBackup } from '../../../model/db-snapshot/retained-backup.ts';
import { attributesOf } from '../../../model/db-snapshot/snapshot.ts';
import {
  dbInstanceAutomatedBackupNotFound,
  dbInstanceNotFound,
  invalidParameterCombination,
  notOffered,
} from '../../../model/errors.ts';
import { checkAll } from '../../../model/refusals.ts';
import { type ActionContext, action } from '../../action.ts';
import { ownerOfBackup } from '../db-instance-automated-backup/view.ts';
import { findNamedGroups } from './groups.ts';
import { requireInstance } from './named.ts';
import { readIdentifier } from './names.ts';
import { beginRestore, readRestored } from './restored.ts';
import { refuseAutoscaling } from './rules.ts';

type Input = RestoreDBInstanceToPointInTimeMessage;

/** What was backed up, and for how many days and until when. */
type Source = Pick<RetainedBackup, 'instance'> &
  Pick<Instance, 'backupRetentionPeriod' | 'latestRestorableAt'>;

function toSource(instance: Instance): Source {
  return { ...instance, instance: attributesOf(instance) };
}

/** The instance with this DbiResourceId, or what is retained of it. */
async function findSource(
  dbiResourceId: string,
  { inventory: { instances, retainedBackups } }: ActionContext,
): Promise<Source | undefined> {
  const instance = await instances.find({ dbiResourceId });
  return instance ? toSource(instance) : retainedBackups.find(dbiResourceId);
}

/**
 * The instance that was backed up. It may be gone where its backups are retained.
 * @throws invalidParameterCombination, dbInstanceNotFound, dbInstanceAutomatedBackupNotFound
 */
async function requireSource(input: Input, context: ActionContext): Promise<Source> {
  const { SourceDBInstanceIdentifier: name, SourceDbiResourceId: dbiResourceId } = input;
  const { SourceDBInstanceAutomatedBackupsArn: arn } = input;
  if ([name, dbiResourceId, arn].filter((each) => each !== undefined).length !== 1) {
    throw invalidParameterCombination(
      'Specify one of SourceDBInstanceIdentifier, SourceDbiResourceId and SourceDBInstanceAutomatedBackupsArn.',
    );
  }
  if (name !== undefined) return toSource(await requireInstance(name, context));
  const owner = dbiResourceId ?? ownerOfBackup(arn ?? '', context.owner);
  const source = owner === undefined ? undefined : await findSource(owner, context);
  if (source) return source;
  throw arn === undefined ? dbInstanceNotFound(owner ?? '') : dbInstanceAutomatedBackupNotFound(arn);
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
    const { dbiResourceId, identifier: sourceName, allocatedStorage } = source.instance;
    const { backupRetentionPeriod = 0 } = source;
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
      ...{ source: source.instance, backupRetentionPeriod, offered, groups },
      identify: () => readIdentifier(input.TargetDBInstanceIdentifier, config, 'TargetDBInstanceIdentifier'),
      refuseSource: () => {},
    };
    const { members, point } = checkAll({
      point: () => choosePointInTime({ ...source, identifier: sourceName }, automated, asked),
      members: () => readRestored(input, restore, context),
      autoscaling: () =>
        refuseAutoscaling(input.MaxAllocatedStorage, input.AllocatedStorage ?? allocatedStorage),
    });
    const { id, identifier } = point.snapshot;
    const pointInTime = { source: sourceName, time: point.time.toISOString() };
    const operation = { snapshot: { id, identifier }, pointInTime };
    return beginRestore(input, members, operation, defaultAuthority, context);
  },
);

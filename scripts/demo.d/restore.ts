import type { Aws } from './aws.ts';
import { ask, type ShowOptions, show, title } from './show.ts';

const SOURCE = ['--db-instance-identifier', 'test0'];
const RESTORED = ['--db-instance-identifier', 'test0-before'];
const SNAPSHOT = ['--db-snapshot-identifier', 'test0-dropped'];
const PATIENCE_MS = 3 * 60_000;
const STATUS = ['--query', 'DBInstance.[DBInstanceIdentifier, DBInstanceStatus]', '--output', 'text'];

interface Deps {
  readonly aws: Aws;
  readonly options: ShowOptions;
  /** psql with the password of the master user. */
  readonly psql: (address: string, sql: string) => Promise<void>;
  readonly watch: (identifier: string) => Promise<void>;
}

/** Drops a table of test0, and brings it back as test0-before: test0 as it was a moment before. */
export function createRestore({ aws, options, psql, watch }: Deps) {
  const { env, signal } = options;
  const run = (...args: string[]) => show(aws.command('rds', ...args), options);
  const askFor = (action: string, query: string, ...args: readonly string[]) =>
    ask([...aws.command('rds', action), ...args, '--query', query, '--output', 'text'], env);
  const attribute = (instance: readonly string[], query: string) =>
    askFor('describe-db-instances', `DBInstances[0].${query}`, ...instance);
  /** Asks until the answer fits. The waiters of the aws CLI look every 15 or 30 seconds. */
  const until = async (what: string, fits: () => Promise<boolean>): Promise<void> => {
    const end = Date.now() + PATIENCE_MS;
    while (!(await fits())) {
      signal.throwIfAborted();
      if (Date.now() > end) throw new Error(`${what} is awaited in vain: \`cornac watch test0\` says more`);
    }
  };

  /** Waits until test0 has a backup that ended before the present second: nothing earlier can be restored. */
  const awaitBackup = async (): Promise<void> => {
    await until('test0 has a backup', async () => {
      const query = "DBSnapshots[?Status=='available'] | [0].SnapshotCreateTime";
      const ended = await askFor('describe-db-snapshots', query, ...SOURCE, '--snapshot-type', 'automated');
      return ended !== undefined && Date.now() > Date.parse(ended) + 2_000;
    });
  };

  const removeSnapshot = async (): Promise<void> => {
    await run('delete-db-snapshot', ...SNAPSHOT, '--query', 'DBSnapshot.Status', '--output', 'text');
    const isGone = async () => (await askFor('describe-db-snapshots', '@', ...SNAPSHOT)) === undefined;
    await until('the snapshot is gone', isGone);
  };

  return {
    async restoreTable(address: string): Promise<void> {
      if ((await attribute(RESTORED, 'DBInstanceStatus')) !== undefined) {
        title('The instance test0-before is there from an earlier run');
        return;
      }
      if ((await attribute(SOURCE, 'BackupRetentionPeriod')) === '0') {
        title('The instance test0 is there from an earlier run, without automated backups');
        return;
      }
      title('Drop a table, and restore to the moment before');
      await awaitBackup();
      if ((await askFor('describe-db-snapshots', '@', ...SNAPSHOT)) !== undefined) await removeSnapshot();
      await psql(address, 'create table if not exists orders as select 1 as id, 5 as chairs');
      const clock = ['date', '-u', '+%FT%T.%3NZ'];
      const moment = (await ask(clock, env)) ?? '';
      await show(['echo', moment], { ...options, as: clock.join(' ') });
      await psql(address, 'drop table orders');
      console.log('# By itself the log is in the repository within five minutes, by a snapshot at once.');
      await run(
        'create-db-snapshot',
        ...SOURCE,
        ...SNAPSHOT,
        '--query',
        'DBSnapshot.Status',
        '--output',
        'text',
      );
      await until('the log is in the repository', async () => {
        const latest = await attribute(SOURCE, 'LatestRestorableTime');
        return latest !== undefined && Date.parse(latest) >= Date.parse(moment);
      });
      await run(
        ...['restore-db-instance-to-point-in-time', '--source-db-instance-identifier', 'test0'],
        ...['--target-db-instance-identifier', 'test0-before', '--restore-time', moment],
        ...STATUS,
      );
      await watch('test0-before');
      const restored = (await attribute(RESTORED, 'Endpoint.Address')) ?? '';
      await psql(restored, 'select * from orders');
    },

    /** Deletes what `restoreTable` has made. */
    async removeRestored(): Promise<void> {
      if ((await attribute(RESTORED, 'DBInstanceStatus')) !== undefined) {
        await run('delete-db-instance', ...RESTORED, '--skip-final-snapshot', ...STATUS);
      }
      if ((await askFor('describe-db-snapshots', '@', ...SNAPSHOT)) !== undefined) await removeSnapshot();
    },
  };
}

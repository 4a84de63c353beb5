import type { ReadyFile } from '../../src/up/ready-file.ts';
import { type Aws, configureAws } from './aws.ts';
import { createRestore } from './restore.ts';
import { ask, type ShowOptions, show, title, typed } from './show.ts';
import { cornac } from './stack.ts';

const instance = ['--db-instance-identifier', 'test0'];
const password = 'C0nfidentiel';

const create = [
  ...['rds', 'create-db-instance', ...instance, '--db-instance-class', 'db.t2.micro', '--engine', 'postgres'],
  ...['--allocated-storage', '5', '--master-username', 'postgres', '--master-user-password', password],
  ...['--backup-retention-period', '1'],
];

const table =
  'DBInstances[].{Identifier: DBInstanceIdentifier, Status: DBInstanceStatus, Address: Endpoint.Address, ' +
  'Port: Endpoint.Port, Version: EngineVersion, GiB: AllocatedStorage}';

/** The README's walk-through, with the real aws CLI and psql. */
export async function createWalkThrough(ready: ReadyFile, signal: AbortSignal) {
  const aws = await configureAws(ready);
  const options: ShowOptions = { env: aws.env, signal };
  const cornacEnv = {
    ...aws.env,
    CORNAC_CONFIG: ready.config,
    CORNAC_STATE_DIR: ready.stateDir,
    CORNAC_TEMPORAL_ADDRESS: ready.temporal.address,
    CORNAC_TEMPORAL_UI: ready.ui,
  };
  const run = (...args: string[]) => show(aws.command(...args), options);
  const watch = (identifier: string) =>
    show([process.execPath, cornac, 'watch', identifier], {
      ...{ env: cornacEnv, as: `cornac watch ${identifier}`, signal },
    });
  const psql = (address: string, sql: string) =>
    show(['psql', '-h', address, '-p', '5432', '-U', 'postgres', '-d', 'test0', '-c', sql], {
      ...options,
      env: { ...aws.env, PGPASSWORD: password },
    });
  const attribute = (query: string) => findAttribute(aws, query);

  const ensureInstance = async () => {
    const found = await attribute('DBInstanceStatus');
    if (found === 'failed') {
      if ((await attribute('InstanceCreateTime')) !== 'None') {
        throw new Error(
          'test0 is failed: `cornac watch test0` says why. Cornac tries to bring it back every ten minutes; deleted, it is made anew',
        );
      }
      // The instance was never made, so it can only be deleted.
      await deleteInstance();
    }
    const status = found === 'failed' ? undefined : found;
    if (status === 'deleting') await run('rds', 'wait', 'db-instance-deleted', ...instance);
    if (status === undefined || status === 'deleting') {
      title('Create a PostgreSQL instance');
      await run(
        ...create,
        '--query',
        'DBInstance.[DBInstanceIdentifier, DBInstanceStatus]',
        '--output',
        'text',
      );
    } else {
      title(`The instance test0 is there from an earlier run, ${status}`);
    }
    if (status === 'stopped') await run('rds', 'start-db-instance', ...instance, '--output', 'text');
    // For an available instance `watch` would show only the end of its last operation.
    if (status !== 'available') await watch('test0');
  };

  const openInstance = async () => {
    title('Look at it, and open it');
    await run('rds', 'describe-db-instances', '--query', table, '--output', 'table');
    const address = (await attribute('Endpoint.Address')) ?? '';
    await psql(address, 'select version()');
    return address;
  };

  const deleteInstance = async () => {
    title('Delete it');
    const query = ['--query', 'DBInstance.[DBInstanceIdentifier, DBInstanceStatus]', '--output', 'text'];
    await run('rds', 'delete-db-instance', ...instance, '--skip-final-snapshot', ...query);
    // The waiter polls every 30 seconds; the deletion takes less.
    for (;;) {
      signal.throwIfAborted();
      const status = await attribute('DBInstanceStatus');
      if (status === undefined) break;
      if (status === 'failed') throw new Error('test0 cannot be deleted: `cornac watch test0` says why');
    }
    await run('rds', 'wait', 'db-instance-deleted', ...instance);
  };

  const tellWhatNext = (address: string) => {
    title('Go on in another terminal');
    if (aws.unset.length > 0) console.log(typed(['unset', ...aws.unset]));
    for (const [name, value] of Object.entries(aws.exports)) console.log(`export ${name}=${typed([value])}`);
    console.log(typed(aws.command('rds', 'describe-db-instances')));
    console.log(`psql -h ${address} -p 5432 -U postgres -d test0        # password: ${password}`);
    console.log(typed(aws.command('rds', 'delete-db-instance', ...instance, '--skip-final-snapshot')));
    console.log(`\nEvery operation with its steps: ${ready.ui}`);
    console.log('Ctrl-C stops everything; the next `npm run demo` finds it as it was.');
  };

  const restore = createRestore({ aws, options, psql, watch });
  return { ensureInstance, openInstance, ...restore, deleteInstance, tellWhatNext };
}

/** A member of test0's description; undefined where test0 does not exist. */
async function findAttribute(aws: Aws, query: string): Promise<string | undefined> {
  const command = aws.command('rds', 'describe-db-instances', ...instance);
  return ask([...command, '--query', `DBInstances[0].${query}`, '--output', 'text'], aws.env);
}

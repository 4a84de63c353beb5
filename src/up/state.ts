import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lock, tryLock } from '../system/process-lock.ts';
import { TEMPORAL_SCHEMA } from './temporal-programs.ts';
import { UpError } from './up-error.ts';

/** The paths of `cornac up` below STATE_DIR. */
export function statePaths(stateDir: string) {
  return {
    pid: join(stateDir, 'up.pid'),
    children: join(stateDir, 'children.json'),
    locks: join(stateDir, 'lock'),
    lock: join(stateDir, 'lock/up'),
    logs: join(stateDir, 'log'),
    temporal: join(stateDir, 'temporal'),
    temporalDb: join(stateDir, `temporal/temporal-${TEMPORAL_SCHEMA}.db`),
    /** The database of Temporal's development server, which earlier versions of Cornac used. */
    oldTemporalDb: join(stateDir, 'temporal/temporal.db'),
  };
}

/**
 * Locks the state directory for this process, and creates it where it is missing. Its mode is 0711: machines
 * run as another user and reach their directories through it, but no other user can list it.
 * @throws UpError with the process that holds the lock
 */
export async function takeState(stateDir: string): Promise<Lock> {
  const paths = statePaths(stateDir);
  await mkdir(stateDir, { recursive: true, mode: 0o711 });
  await Promise.all([paths.locks, paths.logs, paths.temporal].map(ensurePrivateDirectory));
  const lock = await tryLock(paths.lock);
  if (lock === undefined) {
    const owner = await readFile(paths.pid, 'utf8').catch(() => '?');
    throw new UpError(
      `${stateDir} is used by another \`cornac up\`, process ${owner.trim()}.`,
      'Stop that process, or name another directory with --state.',
    );
  }
  await rm(paths.pid, { force: true });
  await writeFile(paths.pid, `${process.pid}\n`, { mode: 0o600 });
  return lock;
}

/** The directory of logs, created where it is missing. A failure to create it costs only the logs. */
export async function ensureLogs(stateDir: string): Promise<string> {
  const { logs } = statePaths(stateDir);
  await mkdir(stateDir, { recursive: true, mode: 0o711 })
    .then(() => ensurePrivateDirectory(logs))
    .catch(() => {});
  return logs;
}

async function ensurePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o700);
}

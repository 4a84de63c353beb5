import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lock, tryLock } from '../system/process-lock.ts';
import { TEMPORAL_SCHEMA } from './temporal-programs.ts';
import { UpError } from './up-error.ts';

/** What `cornac up` keeps below STATE_DIR. */
export function statePaths(stateDir: string) {
  return {
    pid: join(stateDir, 'up.pid'),
    children: join(stateDir, 'children.json'),
    locks: join(stateDir, 'lock'),
    lock: join(stateDir, 'lock/up'),
    logs: join(stateDir, 'log'),
    temporal: join(stateDir, 'temporal'),
    temporalDb: join(stateDir, `temporal/temporal-${TEMPORAL_SCHEMA}.db`),
    /** What Temporal's development server wrote to, which was here before. */
    oldTemporalDb: join(stateDir, 'temporal/temporal.db'),
  };
}

/**
 * Takes the state directory for this process, made where it is not there. Machines run as another user and have to
 * reach theirs through it: nobody may list it, everybody may pass.
 * @throws UpError naming the process that has it
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
      'Stop that one, or name another directory with --state.',
    );
  }
  await rm(paths.pid, { force: true });
  await writeFile(paths.pid, `${process.pid}\n`, { mode: 0o600 });
  return lock;
}

/** The directory of logs, made where it is not there. One that cannot be made costs its logs and nothing else. */
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

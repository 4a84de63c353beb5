import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AGAIN, REFUSED } from '../../guest/exit-status.ts';
import type { ListedBackup } from '../../model/db-snapshot/backups.ts';
import { majorOf } from '../../model/engine/engine-version.ts';
import { requireOwner } from '../owner.ts';
import {
  type MachineBackups,
  type MachineRef,
  type Progress,
  ProviderError,
  type Stanza,
  type WorkEnd,
} from '../provider.ts';
import { isOwnUid } from './accounts.ts';
import { type BackupDirectory, ensureBackupDirectory } from './backup-directory.ts';
import type { Context } from './context.ts';
import { getRecord, getState } from './inspect.ts';
import { confined, spawnOptions, type View } from './namespace.ts';
import { ROOT_VARIABLE } from './processes.ts';

// The exit status that a shell reports for a program that was killed.
const KILLED = 137;
const MAX_OUTPUT_BYTES = 64 * 1024;

/** Runs work while no other call starts, stops or removes the machine. */
export type Locked = <T>(name: string, progress: Progress, work: () => Promise<T>) => Promise<T>;

interface RestoreDeps {
  readonly context: Context;
  find(owner: string): Promise<BackupDirectory | undefined>;
  /** The backups of a stanza; undefined where their list is damaged. */
  list(found: BackupDirectory, stanza: Stanza, progress: Progress): Promise<ListedBackup[] | undefined>;
  readonly locked: Locked;
}

/**
 * Runs the guest's verb `restore` beside the machine's sshd, as the machine's user in a namespace of its own. There it can
 * read the directory of the instance that was backed up, which the machine's other processes never see.
 */
export function createRestore({ context, find, list, locked }: RestoreDeps): MachineBackups['restore'] {
  const { layout, accounts, repository = '', scripts } = context;

  /** Lets the processes of one namespace read a directory, by its group. Only its own user has that group. */
  const openToRead = async ({ directory, account }: BackupDirectory): Promise<View['reads']> => {
    const { uid, gid, exclusive } = account;
    if (!exclusive) return undefined;
    if (!isOwnUid(uid) || gid !== uid) {
      throw new ProviderError(
        'Unsupported',
        `${directory} belongs to the user ${uid} and the group ${gid}, which are no machine's; ` +
          'its backups are from before each machine had a user of its own, and must be restored by hand',
      );
    }
    await ensureBackupDirectory({ directory, account });
    return { directory, gid };
  };

  /**
   * @param words the arguments of the verb
   * @throws ProviderError MachineNotFound; Conflict where the machine has another owner; Unavailable where it is off
   */
  const runVerb = async (
    machine: MachineRef,
    words: readonly string[],
    key: string,
    reads: View['reads'],
    progress: Progress,
  ): Promise<WorkEnd> => {
    const record = requireOwner(await getRecord(context, machine.name), machine);
    if ((await getState(context, record)) !== 'running') {
      throw new ProviderError('Unavailable', `${machine.name} was stopped while a backup was restored in it`);
    }
    const { address } = record;
    const account = accounts.of(address);
    const { root } = layout.machine(machine.name);
    const [program, ...args] = confined([join(root, scripts.directory, 'restore'), ...words], account, {
      ...{ stateDir: layout.stateDir, repository, root, more: [layout.socketDir(address), layout.clusters] },
      ...(reads && { reads }),
    });
    const spawn = spawnOptions(account);
    // The variable marks the work as the machine's, where machines share a user.
    const options = { ...spawn, env: { ...spawn.env, [ROOT_VARIABLE]: root } };
    return run(program, args, options, `${key}\n`, progress);
  };

  return async (machine, { stanza, snapshot, time, engineVersion }, progress) => {
    const source = await find(stanza.owner);
    if (!source && (await readdir(repository)).length === 0) {
      throw new ProviderError('Unavailable', `${repository} is empty: its file system may not be mounted`);
    }
    const backups = source && (await list(source, stanza, progress));
    const backup = backups?.findLast((each) => each.snapshot === snapshot);
    if (!source || !backup) return { status: REFUSED, said: `no backup of ${snapshot} is in the repository` };
    const reads = await openToRead(source);
    const words = [majorOf(engineVersion), source.directory, stanza.id, backup.label];
    if (time) words.push(time.toISOString());
    for (;;) {
      // Each call of the verb is short. Between two calls the machine can be stopped or removed.
      const end = await locked(machine.name, progress, () =>
        runVerb(machine, words, stanza.key, reads, progress),
      );
      if (end.status !== AGAIN) return end;
      progress.report(end.said.trim().split('\n').at(-1) ?? '');
    }
  };
}

/** Runs a program to its end, whatever its exit status. Not by the fork server, because that gives programs no input. */
function run(
  program: string,
  args: readonly string[],
  options: ReturnType<typeof spawnOptions>,
  stdin: string,
  { signal }: Progress,
): Promise<WorkEnd> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { ...options, signal, maxBuffer: MAX_OUTPUT_BYTES },
      (error, _, stderr) => {
        if (signal.aborted) reject(signal.reason);
        else if (!error) resolve({ status: 0, said: stderr });
        // The machine was stopped, or is being removed.
        else if (error.signal) resolve({ status: KILLED, said: `ended by ${error.signal}` });
        else if (typeof error.code === 'number') resolve({ status: error.code, said: stderr });
        else reject(error);
      },
    );
    // A program that ends without reading its input is judged by its exit status.
    child.stdin?.on('error', () => {});
    child.stdin?.end(stdin);
  });
}

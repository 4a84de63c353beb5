import { generateKeyPair } from '../../ssh/key-pair.ts';
import { GIB } from '../../system/units.ts';
import type { MachineSpec, Progress } from '../provider.ts';
import { refuseTakenUid } from './accounts.ts';
import { SSH_PORT } from './addresses.ts';
import { checkSpace } from './check.ts';
import type { Context } from './context.ts';
import { endProcesses } from './end-processes.ts';
import { machineNames, ownerOf } from './inspect.ts';
import { makeDirectories, writeGuestConf, writeHostKey } from './machine-files.ts';
import { installScripts } from './machine-scripts.ts';
import { ensureOrigin } from './origins.ts';
import { stopPostmaster } from './postmaster.ts';
import { saveRecord } from './record.ts';
import { removeTrees } from './remove.ts';
import { checkMemory } from './room.ts';
import { listMajors } from './versions.ts';

const SHUTDOWN_MS = 120_000;

/** Makes a machine that does not exist, or exists only in part. */
export async function makeMachine(context: Context, spec: MachineSpec, progress: Progress): Promise<void> {
  const { layout, accounts, addresses } = context;
  const { name, owner, cpus, memoryMiB, diskGiB, address: wanted } = spec;
  checkMemory(memoryMiB);
  await makeOrigins(context, progress);
  await discard(context, name, progress);
  await checkSpace(layout, diskGiB * GIB);
  const address = await addresses.claim(name, wanted);
  const { uid } = accounts.of(address);
  await refuseTakenUid(accounts.of(address));
  const hostKey = await makeFiles(context, name, address);
  const record = {
    ...ownerOf({ owner }),
    address,
    hostKey,
    sshPort: SSH_PORT,
    uid,
    cpus,
    memoryMiB,
    diskGiB,
  };
  await saveRecord(name, record, layout);
}

async function makeOrigins({ layout, accounts, scripts }: Context, progress: Progress): Promise<void> {
  for (const major of await listMajors()) {
    await ensureOrigin(major, layout, accounts, scripts, progress).catch((error) => {
      progress.signal.throwIfAborted();
      // A machine can make its cluster itself, and reports an error where it cannot.
      progress.report(`no cluster of PostgreSQL ${major} to copy: ${error.message}`);
    });
  }
}

/**
 * Makes all files of a machine except its record. Flushes those that no start makes again.
 * @returns the host key
 */
export async function makeFiles(context: Context, name: string, address: string): Promise<string> {
  const { layout, accounts } = context;
  const paths = layout.machine(name);
  const account = accounts.of(address);
  await makeDirectories(paths, layout.socketDir(address), account);
  const hostKey = generateKeyPair();
  await writeHostKey(paths, hostKey.private, account);
  await refreshFiles(context, name, address);
  return hostKey.public;
}

/** Writes the settings and scripts of the present version. */
export async function refreshFiles(
  { layout, accounts, scripts }: Context,
  name: string,
  address: string,
): Promise<void> {
  const paths = layout.machine(name);
  await writeGuestConf(paths, layout.socketDir(address), address, layout, accounts.of(address));
  await installScripts(paths, scripts);
}

/** Ends all processes of a machine, including those under the account that all machines once shared. */
export async function endMachine(context: Context, name: string, progress: Progress): Promise<void> {
  const { layout, accounts, addresses, options } = context;
  const { root, pgdata } = layout.machine(name);
  const own = (await addresses.list(name)).map(accounts.of);
  const shared = accounts.shared ? [accounts.shared] : [];
  for (const account of new Set([...own, ...shared])) {
    await stopPostmaster(pgdata, account, options.shutdownMs ?? SHUTDOWN_MS, progress);
    await endProcesses(root, account, accounts.killerUid);
  }
}

/** Ends and removes every part of a machine. The record goes first: without it the machine does not count. */
export async function discard(context: Context, name: string, progress: Progress): Promise<void> {
  const { layout, accounts, addresses, spares } = context;
  await spares.forget(name);
  const { root, record, data, log } = layout.machine(name);
  const { signal } = progress;
  const claimed = await addresses.list(name);
  if (claimed.length === 0 && !(await machineNames(context)).includes(name)) return;
  const account = claimed.map(accounts.of)[0] ?? accounts.maker;
  await removeTrees([], [record], account, signal);
  await endMachine(context, name, progress);
  const socketDirs = claimed.map(layout.socketDir);
  await removeTrees([data, log, ...socketDirs], [root, ...socketDirs], account, signal);
  for (const address of claimed) await addresses.release(address);
}

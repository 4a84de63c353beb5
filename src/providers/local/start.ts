import type { MachineLook, Progress, RunningMachine } from '../provider.ts';
import { makeBackupDirectory } from './backup-directory.ts';
import type { Context } from './context.ts';
import { findMachine, findNamedRecord, getRecord, getState, ownerOf, requiresTakeOver } from './inspect.ts';
import { makeDirectories } from './machine-files.ts';
import { hasScripts, installScripts } from './machine-scripts.ts';
import { endMachine, makeFiles, refreshFiles } from './make.ts';
import { isStopped } from './processes.ts';
import { type FoundRecord, type MachineRecord, saveRecord } from './record.ts';
import { startSshd } from './sshd.ts';
import { unmarkEnded } from './stop.ts';
import { takeOver } from './take-over.ts';

/** The machine, if it runs with the scripts of the present version. */
export async function findRunning(context: Context, name: string): Promise<RunningMachine | undefined> {
  const record = await findNamedRecord(context, name);
  if (!record) return undefined;
  const isRunning = (await getState(context, record)) === 'running';
  const isReady = isRunning && (await hasScripts(context.layout.machine(name), context.scripts));
  return isReady ? describe(context, name, record) : undefined;
}

/** The machine as it is, and its SSH target where it runs. Changes nothing. */
export async function lookAt(context: Context, name: string): Promise<MachineLook | undefined> {
  const found = await findMachine(context, name);
  if (found?.state !== 'running') return found;
  const record = await getRecord(context, name);
  const { root } = context.layout.machine(name);
  if (await isStopped(root, context.accounts.of(record.address))) {
    return { ...found, paused: { reason: 'person', detail: 'by a signal (SIGSTOP) to its processes' } };
  }
  return { ...found, reach: describe(context, name, record) };
}

/** Starts the machine with the files of the present version, unless it runs. */
export async function start(context: Context, name: string, progress: Progress): Promise<RunningMachine> {
  const { layout, accounts, scripts, options, repository } = context;
  const found = await getRecord(context, name);
  const record = requiresTakeOver(context, found) ? await adopt(context, name, found, progress) : found;
  const { address, sshPort: port } = record;
  const account = accounts.of(address);
  const paths = layout.machine(name);
  if ((await getState(context, record)) === 'running') {
    await installScripts(paths, scripts);
  } else {
    await makeDirectories(paths, layout.socketDir(address), account);
    await refreshFiles(context, name, address);
    const more = [layout.socketDir(address), layout.clusters];
    if (repository !== undefined && record.owner !== undefined) {
      more.push(await makeBackupDirectory(repository, record.owner, account));
    }
    const view = { stateDir: layout.stateDir, repository, root: paths.root, more };
    await unmarkEnded(context, name);
    await startSshd(paths, { host: address, port }, options.publicKeys, account, view, progress);
  }
  return describe(context, name, record);
}

function describe(
  { layout, accounts, options: { dnsDomain } }: Context,
  name: string,
  record: FoundRecord,
): RunningMachine {
  return {
    name,
    ...ownerOf(record),
    state: 'running',
    diskGiB: record.diskGiB,
    address: dnsDomain ? `${name}.${dnsDomain.replace(/^\./, '')}` : record.address,
    hasGivenAddress: true,
    ssh: {
      host: record.address,
      port: record.sshPort,
      user: accounts.of(record.address).name,
      hostKey: record.hostKey,
    },
    guestRoot: layout.machine(name).root,
  };
}

/** Converts a machine of an earlier Cornac. Its host key is new, because other users could read the old one. */
async function adopt(
  context: Context,
  name: string,
  { untrusted, ...known }: FoundRecord,
  progress: Progress,
): Promise<FoundRecord> {
  const { layout, accounts } = context;
  const account = accounts.of(known.address);
  progress.report('moving to its own user');
  // The machine's user may have written an untrusted record, so its uid must not decide whose files change owner.
  const before = untrusted ? undefined : known.uid;
  await takeOver(layout.machine(name), layout.socketDir(known.address), account, before, {
    endProcesses: () => endMachine(context, name, progress),
    shared: accounts.shared,
    signal: progress.signal,
  });
  const hostKey = await makeFiles(context, name, known.address);
  const record: MachineRecord = { ...known, uid: account.uid, hostKey };
  await saveRecord(name, record, layout);
  return getRecord(context, name);
}

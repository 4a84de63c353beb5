import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Daemon, startDaemon } from '../../system/fork-server.ts';
import { MIB } from '../../system/units.ts';
import { type Progress, ProviderError } from '../provider.ts';
import type { Account } from './account.ts';
import { readEnd, replaceFile } from './files.ts';
import type { MachinePaths } from './layout.ts';
import { hostKeyFile } from './machine-files.ts';
import { confined, spawnOptions, type View } from './namespace.ts';
import { isListening, type Listen } from './ports.ts';
import { ROOT_VARIABLE } from './processes.ts';

const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;

export const SSHD_PROGRAM = '/usr/sbin/sshd';

const POLL_MS = 5;
const START_MS = 15_000;
const MAX_REASON_BYTES = 500;
/** sshd writes some lines for each connection. A log that is longer at the start of sshd begins anew. */
const MAX_LOG_BYTES = MIB;

/** Starts the machine's sshd, a daemon that outlives this process. It listens when the promise resolves. */
export async function startSshd(
  paths: MachinePaths,
  listen: Listen,
  publicKeys: readonly string[],
  account: Account,
  view: View,
  progress: Progress,
): Promise<void> {
  const config = `${paths.sshd}/sshd_config`;
  const keys = publicKeys.map((key) => `${key.trim()}\n`).join('');
  await replaceFile(config, sshdConfig(paths, listen, account), { mode: 0o644 });
  await replaceFile(`${paths.sshd}/authorized_keys`, keys, { mode: 0o644 });

  const log = await open(paths.sshdLog, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  try {
    const [program, ...args] = confined([SSHD_PROGRAM, '-D', '-e', '-f', config], account, view);
    if ((await log.stat()).size > MAX_LOG_BYTES) await log.truncate();
    const { size } = await log.stat();
    // sshd writes to a file that Cornac has opened. A file that sshd opens itself could be a pipe of its user's.
    const daemon = startDaemon(program, args, paths.sshdLog, spawnOptions(account));
    if (await waitUntilListening(daemon, listen, account, progress.signal)) return daemon.unref();
    progress.signal.throwIfAborted();
    const length = Math.min((await log.stat()).size - size, MAX_REASON_BYTES);
    const reason = (await readEnd(paths.sshdLog, length))?.content.trim() || 'it reports no reason';
    throw new ProviderError('Unavailable', `sshd does not start: ${reason}`);
  } finally {
    await log.close();
  }
}

/** Whether the process listens before the deadline. Otherwise it has ended on return. */
async function waitUntilListening(
  daemon: Daemon,
  listen: Listen,
  { uid }: Account,
  signal: AbortSignal,
): Promise<boolean> {
  let hasEnded = false;
  const end = daemon.ended.then(() => {
    hasEnded = true;
  });
  const deadline = Date.now() + START_MS;
  while (!hasEnded && !signal.aborted && Date.now() < deadline) {
    if (await isListening(listen, uid)) return true;
    await delay(POLL_MS);
  }
  daemon.kill();
  await end;
  return false;
}

function sshdConfig(paths: MachinePaths, { host, port }: Listen, account: Account): string {
  const path = (value: string) => `"${value.replaceAll('%', '%%')}"`;
  return `ListenAddress ${host}:${port}
HostKey "${hostKeyFile(paths)}"
PidFile none
AuthorizedKeysFile ${path(`${paths.sshd}/authorized_keys`)}
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
# We keep the modes of our files; those of the directories above STATE_DIR are not ours.
StrictModes no
AllowUsers ${account.name}
SetEnv ${ROOT_VARIABLE}=${path(paths.root)}
DisableForwarding yes
PermitTTY no
PermitUserRC no
UseDNS no
PrintMotd no
PrintLastLog no
MaxSessions 20
MaxStartups 20
LogLevel INFO
`;
}

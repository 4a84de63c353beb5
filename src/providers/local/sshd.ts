import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Progress, ProviderError } from '../provider.ts';
import type { Account } from './account.ts';
import { readEnd, replaceFile } from './files.ts';
import type { MachinePaths } from './layout.ts';
import { hostKeyFile } from './machine-files.ts';
import { confined, spawnOptions, type View } from './namespace.ts';
import { isListening, type Listen } from './ports.ts';
import { rootVariable } from './processes.ts';

export const sshdProgram = '/usr/sbin/sshd';

const POLL_MS = 5;
const POLLS = 3000;
const TOLD_CHARACTERS = 500;

/** Starts the machine's own sshd, a daemon that outlives us. It listens when this returns. */
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

  const log = `${paths.log}/sshd.log`;
  const [program, ...args] = confined([sshdProgram, '-D', '-f', config, '-E', log], account, view);
  const child = spawn(program, args, {
    ...spawnOptions(account),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-TOLD_CHARACTERS);
  });
  // It ends when it cannot listen, or cannot be made what it should be.
  let ended = false;
  const end = once(child, 'close').catch((error) => {
    said = error.message;
  });
  void end.then(() => {
    ended = true;
  });
  for (let polls = 0; !ended && polls < POLLS; polls++) {
    if (await isListening(listen, account.uid)) {
      child.stderr.destroy();
      child.unref();
      return;
    }
    if (progress.signal.aborted) break;
    await sleep(POLL_MS);
  }
  child.kill('SIGKILL');
  await end;
  progress.signal.throwIfAborted();
  const reason = said.trim() || (await readEnd(log, TOLD_CHARACTERS))?.content.trim();
  throw new ProviderError('Unavailable', `sshd does not start: ${reason ?? 'it does not say why'}`);
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
SetEnv ${rootVariable}=${path(paths.root)}
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

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '../provider.ts';
import type { Account } from './account.ts';
import type { MachinePaths } from './layout.ts';
import { rootVariable } from './processes.ts';

export const sshdProgram = '/usr/sbin/sshd';

interface Listen {
  readonly host: string;
  readonly port: number;
}

/** Starts the machine's own sshd, a daemon that outlives us. It listens when this returns. */
export async function startSshd(
  paths: MachinePaths,
  listen: Listen,
  publicKeys: readonly string[],
  account: Account,
): Promise<void> {
  const config = `${paths.sshd}/sshd_config`;
  const keys = `${paths.sshd}/authorized_keys`;
  await writeFile(config, sshdConfig(paths, listen, account), { mode: 0o600 });
  await writeFile(keys, publicKeys.map((key) => `${key.trim()}\n`).join(''), { mode: 0o600 });
  await account.own(config, keys);

  await rm(pidFile(paths), { force: true });
  const log = `${paths.log}/sshd.log`;
  const child = spawn(sshdProgram, ['-f', config, '-E', log], {
    ...account.spawn,
    cwd: '/',
    stdio: 'ignore',
  });
  const [status] = await once(child, 'exit');
  for (let polls = 0; status === 0 && polls < 3000; polls++) {
    if (await findSshd(paths, account.uid)) return; // it writes its id when it listens
    await sleep(5);
  }
  const reason = await readFile(log, 'utf8').catch(() => '');
  throw new ProviderError('Unavailable', `sshd does not start: ${reason.trim().slice(-500)}`);
}

/** The process of the machine's sshd, if it runs: its id is in the pid file and its command line names its settings. */
export async function findSshd(paths: MachinePaths, uid: number): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(pidFile(paths), 'utf8'), 10);
    const [commandLine, process] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      stat(`/proc/${pid}`),
    ]);
    const ours = commandLine.includes(`${paths.sshd}/sshd_config`) && process.uid === uid;
    return ours ? pid : undefined;
  } catch {
    return undefined; // no file, or no such process
  }
}

const pidFile = (paths: MachinePaths) => `${paths.root}/sshd.pid`;

function sshdConfig(paths: MachinePaths, { host, port }: Listen, account: Account): string {
  const path = (value: string) => `"${value.replaceAll('%', '%%')}"`;
  return `ListenAddress ${host}:${port}
HostKey "${paths.sshd}/host_key"
PidFile "${pidFile(paths)}"
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

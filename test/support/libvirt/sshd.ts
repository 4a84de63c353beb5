import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { generateKeyPair } from '../../../src/ssh/key-pair.ts';
import { temporaryDirectory } from './files.ts';

const port = 2222;

/** A real sshd of this machine that accepts root with a key. @returns the URI of libvirt behind it */
export async function startSshd(t: TestContext): Promise<{ iaas: string; directory: string }> {
  const directory = await temporaryDirectory(t);
  const hostKey = generateKeyPair();
  const key = generateKeyPair();
  const file = async (name: string, content: string) => {
    const path = join(directory, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  const config = await file(
    'sshd_config',
    `ListenAddress 127.0.0.1:${port}
    HostKey ${await file('host-key', hostKey.private)}
    AuthorizedKeysFile ${await file('authorized_keys', `${key.public}\n`)}
    PidFile none
    StrictModes no
    UsePAM no
    PermitRootLogin prohibit-password`,
  );
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => sshd.kill());
  await once(sshd.stderr, 'data');
  const keyFile = await file('key', key.private);
  const knownHosts = await file('known_hosts', `[127.0.0.1]:${port} ${hostKey.public}\n`);
  return {
    directory,
    iaas: `libvirt+qemu+ssh://root@127.0.0.1:${port}/system?keyfile=${keyFile}&known_hosts=${knownHosts}`,
  };
}

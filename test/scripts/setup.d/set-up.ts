import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

export const project = join(import.meta.dirname, '../../..');
const root = mkdtempSync(join(tmpdir(), 'cornac-setup-'));
chmodSync(root, 0o777);
after(() => rmSync(root, { recursive: true }));

let count = 0;
export function directory(): string {
  const path = join(root, String(count++));
  mkdirSync(path, { mode: 0o777 });
  chmodSync(path, 0o777);
  return path;
}

/** A PATH with only these programs: programs of the system by name, others by their script. */
export function programs(names: readonly string[], scripts: Readonly<Record<string, string>> = {}): string {
  const path = directory();
  // A script replaces a program. Written through a link, it would replace the program of the whole system.
  for (const name of names.filter((each) => !(each in scripts))) {
    const found = ['/usr/bin', '/bin', '/usr/sbin'].map((place) => join(place, name)).find(existsSync);
    if (found !== undefined) symlinkSync(found, join(path, name));
  }
  for (const [name, body] of Object.entries(scripts)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${body}\n`, { mode: 0o755, flag: 'wx' });
  }
  return path;
}

export const tools = [
  'sh',
  'ls',
  'sort',
  'tail',
  'sed',
  'id',
  'basename',
  'uname',
  'mkdir',
  'rm',
  'mv',
  'tar',
  'gzip',
];

/** All programs of `ensure_debian_packages` except the AWS CLI. */
export const rest = { psql: '', 'ssh-keygen': '', sshd: '', pgbackrest: '' };
export const withServices = [...tools, 'env', 'ln', 'cat', 'cut', 'tr', 'grep', 'install'];

/** Runs functions of set-up, as a user other than root where asked. */
export async function run(
  body: string,
  {
    path,
    cache = directory(),
    unprivileged = false,
  }: { path: string; cache?: string; unprivileged?: boolean },
) {
  const script = `set -eu; cache='${cache}'; log='${cache}/log'
    for part in report debian extensions locale node temporal python; do . ./scripts/setup.d/$part.sh; done
    policy_rc_d="$cache/policy-rc.d.of-debian" systemd_units="$cache/units" go_system=/none
    ${body}`;
  const nobody = unprivileged && process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  // The project may be in a directory that only its owner can enter.
  const child = spawn('/bin/sh', ['-c', script], {
    cwd: unprivileged ? copyOfScripts() : project,
    env: { PATH: path, HOME: cache },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...nobody,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      output += part;
    });
  }
  const [status] = await once(child, 'close');
  return { status, output };
}

function copyOfScripts(): string {
  const copy = directory();
  mkdirSync(join(copy, 'scripts/setup.d'), { recursive: true });
  for (const part of [
    'report',
    'services',
    'debian',
    'extensions',
    'locale',
    'node',
    'go',
    'temporal',
    'python',
  ]) {
    const name = `scripts/setup.d/${part}.sh`;
    writeFileSync(join(copy, name), readFileSync(join(project, name)));
  }
  return copy;
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Option for tests that need libvirt: they run under `npm run test:libvirt`, which gives them one of their own. */
export const needsLibvirt = {
  skip: process.env.CORNAC_TEST_LIBVIRT === undefined && 'needs a private libvirt: npm run test:libvirt',
};

/** Option for tests that start virtual machines: they need the template too. */
export const needsMachines = {
  skip: process.env.CORNAC_TEST_ORIGIN_IMAGE === undefined && 'needs the origin image: npm run test:libvirt',
};

/** What is there for such tests, made by `inside`. */
export const place = { origin: 'cornac--origin', pool: 'default', network: 'cornac' };

/** Asks libvirt's own client, which shares nothing with ours. */
export async function virsh(...args: string[]): Promise<string> {
  const { stdout } = await run('virsh', ['-q', '-c', 'qemu:///system', ...args]);
  return stdout.trim();
}

/** Defines something from XML, e.g. `net-define`. */
export async function virshXml(verb: string, xml: string, ...args: string[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'cornac-'));
  try {
    await writeFile(join(directory, 'xml'), xml);
    await virsh(verb, join(directory, 'xml'), ...args);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** `restart` and `kill` do what a package upgrade and a crash do to libvirtd: machines go on running. */
export async function daemon(verb: 'start' | 'stop' | 'kill' | 'restart'): Promise<void> {
  await run('sh', ['test/support/libvirt/daemon', verb]);
}

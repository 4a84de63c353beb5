import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Option for tests that need libvirt: they run under `npm run test:libvirt`, which gives them one of their own. */
export const needsLibvirt = {
  skip: process.env.TEST_LIBVIRT === undefined && 'needs a private libvirt: npm run test:libvirt',
};

/** Option for tests that start virtual machines: they need the template too. */
export const needsMachines = {
  skip: process.env.TEST_ORIGIN_IMAGE === undefined && 'needs the origin image: npm run test:libvirt',
};

/** What is there for such tests, made by `inside`. */
export const place = { origin: 'cornac--origin', pool: 'default', network: 'cornac' };

/** Libvirt's own client, which shares nothing with ours. */
export interface Virsh {
  (...args: string[]): Promise<string>;
  /** Defines something from XML, e.g. `net-define`. */
  readonly xml: (verb: string, xml: string, ...args: string[]) => Promise<void>;
}

function createVirsh(uri: string): Virsh {
  const virsh = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('virsh', ['-q', '-c', uri, ...args]);
    return stdout.trim();
  };
  const xml: Virsh['xml'] = async (verb, text, ...args) => {
    const directory = await mkdtemp(join(tmpdir(), 'cornac-'));
    try {
      await writeFile(join(directory, 'xml'), text);
      await virsh(verb, join(directory, 'xml'), ...args);
    } finally {
      await rm(directory, { recursive: true });
    }
  };
  return Object.assign(virsh, { xml });
}

/** Asks the private libvirt. */
export const virsh = createVirsh('qemu:///system');
export const virshXml = virsh.xml;

/** A second libvirt, as on another computer: it shares nothing with the private one but the clock. */
export interface SecondHost {
  readonly socket: string;
  readonly virsh: Virsh;
  /** From now on it takes connections and answers nothing. */
  hang(): Promise<void>;
  stop(): Promise<void>;
}

/** @param memoryMiB that it says it has */
export async function startSecondHost(name: string, memoryMiB: number): Promise<SecondHost> {
  const second = (...args: string[]) => run('sh', ['test/support/libvirt/second', ...args]);
  const { stdout } = await second('start', name, String(memoryMiB));
  const socket = stdout.trim();
  return {
    socket,
    virsh: createVirsh(`qemu+unix:///system?socket=${socket}`),
    hang: async () => {
      await second('hang', name);
    },
    stop: async () => {
      await second('stop', name);
    },
  };
}

/** `restart` and `kill` do what a package upgrade and a crash do to libvirtd: machines go on running. */
export async function daemon(verb: 'start' | 'stop' | 'kill' | 'restart'): Promise<void> {
  await run('sh', ['test/support/libvirt/daemon', verb]);
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Option for tests that need libvirt. They run in `npm run test:libvirt`, which starts a private libvirt. */
export const needsLibvirt = {
  skip: process.env.TEST_LIBVIRT === undefined && 'needs a private libvirt: npm run test:libvirt',
};

/** Option for tests that start virtual machines. They also need the origin. */
export const needsMachines = {
  skip: process.env.TEST_ORIGIN_IMAGE === undefined && 'needs the origin image: npm run test:libvirt',
};

/** The origin, pool and network for such tests, which `inside` makes. */
export const place = { origin: 'cornac--origin', pool: 'default', network: 'cornac' };

/** Libvirt's own client, which shares no code with Cornac's. */
export interface Virsh {
  (...args: string[]): Promise<string>;
  /** Runs a command that takes XML, e.g. `net-define`. */
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

/** virsh on the private libvirt. */
export const virsh = createVirsh('qemu:///system');
export const virshXml = virsh.xml;

/** A second libvirt, as on another computer. It shares only the clock with the private one. */
export interface SecondHost {
  readonly socket: string;
  readonly virsh: Virsh;
  /** From now on this libvirt accepts connections and answers nothing. */
  hang(): Promise<void>;
  stop(): Promise<void>;
}

/** @param memoryMiB the memory that the host reports */
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

/** `restart` is like a package upgrade, and `kill` like a crash of libvirtd. Machines go on running. */
export async function daemon(verb: 'start' | 'stop' | 'kill' | 'restart'): Promise<void> {
  await run('sh', ['test/support/libvirt/daemon', verb]);
}

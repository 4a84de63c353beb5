import { createHash } from 'node:crypto';
import { readdir, readlink, rm, symlink } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { ProviderError } from '../provider.ts';
import type { LoopbackRange } from './network.ts';
import { hasWildcardListener, isPortFree } from './ports.ts';

/** Instances cannot have a port below 1150, and an unprivileged user cannot open a port below 1024. */
export const SSH_PORT = 1122;
export const POSTGRES_PORT = 5432;

/**
 * Permanent owners of addresses: a symbolic link whose name is the address and whose target is the machine's
 * name. Making a link is atomic, and fails in every process when the link exists.
 */
export interface Addresses {
  /**
   * The machine's address: `wanted`, or any free one.
   * @throws ProviderError InsufficientCapacity, Conflict, Configuration
   */
  claim(machine: string, wanted?: string): Promise<string>;
  /** All addresses of the machine: one, or several after a crash. */
  list(machine: string): Promise<string[]>;
  release(address: string): Promise<void>;
}

export function createAddresses(dir: string, range: LoopbackRange): Addresses {
  async function claim(machine: string, wanted?: string): Promise<string> {
    if (wanted !== undefined) return claimThis(machine, wanted);
    const start = createHash('sha256').update(machine).digest().readUInt32BE() % range.size;
    for (let i = 0; i < range.size; i++) {
      const address = range.at((start + i) % range.size);
      if (await take(machine, address)) return address;
    }
    throw new ProviderError('InsufficientCapacity', `LOCAL_NETWORK: no address is left in ${range.cidr}`);
  }

  async function claimThis(machine: string, address: string): Promise<string> {
    const file = join(dir, address);
    if ((await readlink(file).catch(() => undefined)) === machine) return address;
    if (isIPv4(address) && address.startsWith('127.') && (await take(machine, address))) {
      return address;
    }
    throw new ProviderError(
      'Conflict',
      `${machine} cannot have ${address}: it is in use, or not of 127.0.0.0/8`,
    );
  }

  /** Takes an address before testing it, because the test listens for a moment and could disturb its owner. */
  async function take(machine: string, address: string): Promise<boolean> {
    if (!(await link(machine, address))) return false;
    let free = false;
    try {
      free = await isFree(address);
    } finally {
      if (!free) await release(address);
    }
    return free;
  }

  async function link(machine: string, address: string): Promise<boolean> {
    try {
      await symlink(machine, join(dir, address));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  async function list(machine: string): Promise<string[]> {
    const owned = (await readdir(dir)).map(async (address) => {
      const owner = await readlink(join(dir, address)).catch(() => undefined);
      return owner === machine ? [address] : [];
    });
    return (await Promise.all(owned)).flat();
  }

  const release = (address: string) => rm(join(dir, address), { force: true });

  return { claim, list, release };
}

async function isFree(address: string): Promise<boolean> {
  for (const port of [POSTGRES_PORT, SSH_PORT]) {
    if (await isPortFree(address, port)) continue;
    await refuseWildcardListeners();
    return false;
  }
  return true;
}

/**
 * @throws ProviderError Configuration where a server that listens on all addresses uses one of Cornac's ports
 */
export async function refuseWildcardListeners(): Promise<void> {
  for (const port of [POSTGRES_PORT, SSH_PORT]) {
    if (!(await hasWildcardListener(port))) continue;
    throw new ProviderError(
      'Configuration',
      `a server of this computer listens on port ${port} of all addresses; let it listen on 127.0.0.1 only ` +
        `(postgresql.conf: listen_addresses, sshd_config: ListenAddress)`,
    );
  }
}

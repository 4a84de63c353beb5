import { createHash } from 'node:crypto';
import { readdir, readlink, rm, symlink } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { ProviderError } from '../provider.ts';
import type { LoopbackRange } from './network.ts';
import { hasWildcardListener, isPortFree } from './ports.ts';

/** No instance can have a port below 1150, and none below 1024 is open to an unprivileged user. */
export const SSH_PORT = 1122;
export const POSTGRES_PORT = 5432;

/**
 * Who has which address, for good: a symbolic link named like the address to the name of the machine. To make one is
 * atomic and fails where there is one, in whatever process.
 */
export interface Addresses {
  /** The machine's address: `wanted`, or any that is free. @throws ProviderError InsufficientCapacity, Conflict, Configuration */
  claim(machine: string, wanted?: string): Promise<string>;
  /** All addresses that the machine has: one, or after a crash perhaps several. */
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

  /** Looks at an address after it is taken: to look is to listen for a moment, which would be in its owner's way. */
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

/** @throws ProviderError Configuration where a server on all addresses has taken one of our ports */
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

import { createHash } from 'node:crypto';
import { lstat, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { ProviderError } from '../provider.ts';
import type { Layout } from './layout.ts';
import type { LoopbackRange } from './network.ts';
import { hasWildcardListener, isPortFree } from './ports.ts';

/** No instance can have a port below 1150, and none below 1024 is open to an unprivileged user. */
export const SSH_PORT = 1122;
export const POSTGRES_PORT = 5432;

/**
 * Who has which address, for good: a symbolic link named like the address to the name of the machine. To make one is
 * atomic and fails where there is one, in whatever process. The link of a machine that is gone is moved to another
 * directory, where it keeps the address for the next machine of that name: docs/decisions/0014.
 */
export interface Addresses {
  /**
   * The machine's address: `wanted`, or the one that the machine of this name had last, or any that is free. One that is kept
   * for another name is given only where no other is left, the one that was kept longest first.
   * @throws ProviderError InsufficientCapacity, Conflict, Configuration
   */
  claim(machine: string, wanted?: string): Promise<string>;
  /** All addresses that the machine has: one, or after a crash perhaps several. */
  list(machine: string): Promise<string[]>;
  /** Ends a claim. The address is kept for the machine's name. */
  release(address: string): Promise<void>;
}

/** An address that is kept for a name. */
interface Kept {
  readonly address: string;
  readonly machine: string;
  /** When the machine went, in ms since the epoch. */
  readonly since: number;
}

export function createAddresses(
  { addresses: dir, keptAddresses: keptDir }: Pick<Layout, 'addresses' | 'keptAddresses'>,
  range: LoopbackRange,
): Addresses {
  async function claim(machine: string, wanted?: string): Promise<string> {
    const address = wanted === undefined ? await claimAny(machine) : await claimThis(machine, wanted);
    await rm(join(keptDir, address), { force: true });
    return address;
  }

  async function claimAny(machine: string): Promise<string> {
    const kept = (await listKept()).filter(({ address }) => range.includes(address));
    const isOwn = (each: Kept) => each.machine === machine;
    const others = kept.filter((each) => !isOwn(each)).map(({ address }) => address);
    for (const { address } of kept.filter(isOwn)) if (await take(machine, address)) return address;
    const start = createHash('sha256').update(machine).digest().readUInt32BE() % range.size;
    for (let i = 0; i < range.size; i++) {
      const address = range.at((start + i) % range.size);
      if (!others.includes(address) && (await take(machine, address))) return address;
    }
    for (const address of others) if (await take(machine, address)) return address;
    throw new ProviderError('InsufficientCapacity', `LOCAL_NETWORK: no address is left in ${range.cidr}`);
  }

  /** Those that are kept, the one that was kept longest first. */
  async function listKept(): Promise<Kept[]> {
    const entries = (await readdir(keptDir)).map(async (address): Promise<Kept[]> => {
      const path = join(keptDir, address);
      const machine = await readlink(path).catch(() => undefined);
      // To move a link changes its ctime.
      const since = await lstat(path).catch(() => undefined);
      return machine === undefined || !since ? [] : [{ address, machine, since: since.ctimeMs }];
    });
    return (await Promise.all(entries)).flat().sort((a, b) => a.since - b.since);
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
      if (!free) await rm(join(dir, address), { force: true });
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

  async function release(address: string): Promise<void> {
    try {
      await rename(join(dir, address), join(keptDir, address));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

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

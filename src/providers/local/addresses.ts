import { createHash } from 'node:crypto';
import { lstat, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { ProviderError } from '../provider.ts';
import type { Layout } from './layout.ts';
import type { LoopbackRange } from './network.ts';
import { hasWildcardListener, isPortFree } from './ports.ts';

/** Instances cannot have a port below 1150, and an unprivileged user cannot open a port below 1024. */
export const SSH_PORT = 1122;
export const POSTGRES_PORT = 5432;

/**
 * Permanent owners of addresses: a symbolic link whose name is the address and whose target is the machine's
 * name. Making a link is atomic, and fails in every process when the link exists. The link of a deleted
 * machine moves to another directory, which keeps the address for the next machine of that name:
 * docs/decisions/0014.
 */
export interface Addresses {
  /**
   * The machine's address: `wanted`, or the last address of a machine of this name, or any free one. An
   * address that is kept for another name is given only when no other is left, the longest kept one first.
   * @throws ProviderError InsufficientCapacity, Conflict, Configuration
   */
  claim(machine: string, wanted?: string): Promise<string>;
  /** All addresses of the machine: one, or several after a crash. */
  list(machine: string): Promise<string[]>;
  /** Ends a claim. The address is kept for the machine's name. */
  release(address: string): Promise<void>;
}

/** An address that is kept for a name. */
interface Kept {
  readonly address: string;
  readonly machine: string;
  /** When the machine was deleted, in ms since the epoch. */
  readonly since: number;
}

/** So many addresses are kept for names, more than the default range has. */
const MAX_KEPT = 1_024;

export function createAddresses(
  { addresses: dir, keptAddresses: keptDir }: Pick<Layout, 'addresses' | 'keptAddresses'>,
  range: LoopbackRange,
  mostKept = MAX_KEPT,
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
    throw new ProviderError('InsufficientCapacity', `LOCAL_NETWORK: no address is free in ${range.cidr}`);
  }

  /** All kept addresses, the longest kept one first. */
  async function listKept(): Promise<Kept[]> {
    const entries = (await readdir(keptDir)).map(async (address): Promise<Kept[]> => {
      const path = join(keptDir, address);
      const machine = await readlink(path).catch(() => undefined);
      // Moving a link changes its ctime.
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
      `${machine} cannot have ${address}: it is in use, or not in 127.0.0.0/8`,
    );
  }

  /** Takes an address before testing it, because the test listens for a moment and could disturb its owner. */
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
    await prune();
  }

  /** Forgets the longest kept addresses where there are too many. */
  async function prune(): Promise<void> {
    if ((await readdir(keptDir)).length <= mostKept) return;
    for (const { address } of (await listKept()).slice(0, -mostKept)) {
      await rm(join(keptDir, address), { force: true });
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

/**
 * @throws ProviderError Configuration where a server that listens on all addresses uses one of Cornac's ports
 */
export async function refuseWildcardListeners(): Promise<void> {
  for (const port of [POSTGRES_PORT, SSH_PORT]) {
    if (!(await hasWildcardListener(port))) continue;
    throw new ProviderError(
      'Configuration',
      `a server on this computer listens on port ${port} of all addresses; make it listen on 127.0.0.1 only ` +
        `(postgresql.conf: listen_addresses, sshd_config: ListenAddress)`,
    );
  }
}

import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../src/config/config.ts';
import { readPublicKey } from '../../src/machines/ssh-key.ts';
import { createLocalProvider } from '../../src/providers/local/local.ts';
import { refuseHost } from '../../src/providers/places.ts';
import {
  type HostRoom,
  type Machine,
  type Provider,
  ProviderError,
  type Size,
} from '../../src/providers/provider.ts';

/**
 * The free room that a host reports; an error for an unreachable host. With `counts` it is the total room,
 * from which the machines on the host are subtracted.
 */
export type Rooms = Map<string, (Size & { counts?: true }) | ProviderError>;

/** The sizes of the machines of a host. */
type Sizes = Map<string, Size>;

const GUEST_SCRIPTS = fileURLToPath(new URL('../../appliance/guest', import.meta.url));

/**
 * A provider with hosts on this computer. Each host is a local provider with its own directories and
 * addresses, so all machines are real. Only the free room is simulated: by `rooms`, which may change.
 */
export async function createHosts(config: Config, rooms: Rooms): Promise<Provider> {
  const hosts = new Map<string, Provider>();
  for (const [index, host] of [...rooms.keys()].entries()) {
    hosts.set(host, await openHost(config, host, index));
  }
  return hosted(hosts, rooms, new Map());
}

async function openHost(config: Config, host: string, index: number): Promise<Provider> {
  const stateDir = join(config.stateDir, host);
  await mkdir(stateDir, { recursive: true });
  await chmod(stateDir, 0o711);
  const [a, b, c = '0'] = (config.local.network ?? '').split(/[./]/);
  return createLocalProvider({
    stateDir,
    machinePrefix: config.machinePrefix,
    publicKeys: [await readPublicKey(join(config.stateDir, 'ssh', 'id_ed25519'))],
    guestScriptsDir: GUEST_SCRIPTS,
    network: `${a}.${b}.${Number(c) + 1 + index}.0/24`,
    user: config.local.user,
    dnsDomain: undefined,
  });
}

function hosted(hosts: ReadonlyMap<string, Provider>, rooms: Rooms, sizes: Sizes): Provider {
  const names = [...hosts.keys()];
  const get = (host: string): Provider => {
    const room = rooms.get(host);
    if (room instanceof ProviderError) throw room;
    return hosts.get(host) ?? refuseHost(host, names);
  };
  const named = <M extends Machine>(host: string, machine: M): M => ({ ...machine, host });
  /** An unreachable host matters only where no other host has the machine. */
  const look = async (name: string): Promise<string | undefined> => {
    const looks = await Promise.allSettled(names.map(async (host) => get(host).findMachine(name)));
    const index = looks.findIndex((each) => each.status === 'fulfilled' && each.value);
    const failure = looks.find((each) => each.status === 'rejected');
    if (index < 0 && failure) throw failure.reason;
    return names[index];
  };
  const find = async (name: string) => {
    const host = await look(name);
    if (host !== undefined) return host;
    throw new ProviderError('MachineNotFound', `machine ${name} does not exist`);
  };
  const lookForRoom = (name?: string): Promise<HostRoom[]> =>
    Promise.all(
      names.map(async (host) => {
        const room = rooms.get(host);
        if (room === undefined || room instanceof ProviderError) {
          return { host, unreachable: room ?? new ProviderError('Unavailable', `${host} is unreachable`) };
        }
        const machines = new Map(
          (await get(host).listMachines()).flatMap(({ name }) => {
            const size = sizes.get(name);
            return size ? [[name, size] as const] : [];
          }),
        );
        const sum = (size: keyof Size) => [...machines.values()].reduce((all, one) => all + one[size], 0);
        const stock = (size: keyof Size) => ({ total: room[size], promised: room.counts ? sum(size) : 0 });
        const begun = name !== undefined && (await get(host).findMachine(name)) !== undefined;
        const [memoryMiB, diskGiB] = [stock('memoryMiB'), stock('diskGiB')];
        return { host, memoryMiB, diskGiB, systemGiB: 0, machines, begun };
      }),
    );
  const [first = ''] = names;
  return {
    name: 'hosted',
    hosts: names,
    at: (host) => hosted(new Map([[host, hosts.get(host) ?? refuseHost(host, names)]]), rooms, sizes),
    lookForRoom,
    check: async () => {},
    listEngineVersions: () => get(first).listEngineVersions(),
    ensureMachine: async (spec, progress) => {
      const host = (await look(spec.name)) ?? first;
      const machine = await get(host).ensureMachine(spec, progress);
      sizes.set(spec.name, spec);
      return named(host, machine);
    },
    startMachine: async (name, progress) => {
      const host = await find(name);
      return named(host, await get(host).startMachine(name, progress));
    },
    findRunning: async (name) => {
      const host = await look(name);
      const found = host && (await get(host).findRunning(name));
      return host && found ? named(host, found) : undefined;
    },
    stopMachine: async (name, progress) => get(await find(name)).stopMachine(name, progress),
    resizeMachine: async (spec, progress) => {
      const resized = await get(await find(spec.name)).resizeMachine(spec, progress);
      sizes.set(spec.name, spec);
      return resized;
    },
    destroyMachine: async (machine, progress) => {
      for (const host of names) await get(host).destroyMachine(machine, progress);
    },
    findMachine: async (name) => {
      const host = await look(name);
      const found = host && (await get(host).findMachine(name));
      return host && found ? named(host, found) : undefined;
    },
    lookAtMachine: async (name) => {
      const host = await look(name);
      const found = host && (await get(host).lookAtMachine(name));
      if (!host || !found) return undefined;
      return named(host, found.reach ? { ...found, reach: named(host, found.reach) } : found);
    },
    listMachines: async () => {
      const lists = names.map(async (host) =>
        (await get(host).listMachines()).map((machine) => named(host, machine)),
      );
      return (await Promise.all(lists)).flat();
    },
    close: async () => {
      for (const provider of hosts.values()) await provider.close();
    },
  };
}

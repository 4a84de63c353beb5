import { z } from 'zod';
import { leftOf } from '../../model/server/host-room.ts';
import { KIB_PER_GIB, MIB } from '../../system/units.ts';
import type { Overcommit } from '../overcommit.ts';
import type { Room, Size, Stock } from '../provider.ts';
import type { Context } from './context.ts';
import { keys } from './extra-config.ts';
import { listOurs } from './list-machines.ts';
import { readOrigin } from './origin.ts';
import { readAgainWhenOneGoes } from './read-again.ts';
import { isUnreachable } from './unreachable.ts';
import type { Datastore } from './vcenter-objects.ts';
import { isFault } from './vim/fault.ts';
import { read, readAll } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { listOf, ref } from './vim/shapes.ts';
import type { Vim } from './vim/vim.ts';
import type { VirtualMachine } from './virtual-machine.ts';

const UNLIMITED = Number.MAX_SAFE_INTEGER;

export const refs = listOf(ref);
const poolShape = {
  name: z.string(),
  owner: ref,
  parent: ref.optional(),
  'config.memoryAllocation.limit': z.number().optional(),
  vm: refs,
  resourcePool: refs,
};
const machineShape = {
  name: z.string().optional(),
  'runtime.powerState': z.string().optional(),
  'summary.config.memorySizeMB': z.number().optional(),
};

/** The datastore's capacity and promised space. vCenter knows how much thin disks may still grow. */
export function diskStock(
  { capacityGiB, freeGiB, uncommittedGiB }: Omit<Datastore, 'ref' | 'name'>,
  { disk }: Overcommit,
): Stock {
  const promised = capacityGiB - freeGiB + uncommittedGiB;
  const total = capacityGiB * disk;
  // A full datastore takes no new disk, with or without overcommit.
  return { total: freeGiB > 0 ? total : Math.min(total, promised), promised };
}

function sizeOfMachine({ memoryMiB, dataDisk, extraConfig }: VirtualMachine): Size {
  return {
    // The larger of the current memory and the memory from the next start on.
    memoryMiB: Math.max(memoryMiB, Number(extraConfig.get(keys.memoryMiB)) || 0),
    diskGiB: (dataDisk?.capacityInKB ?? 0) / KIB_PER_GIB,
  };
}

/** All machines in a pool and in the pools below it, except pools that the account may not see. */
export async function machinesBelow(vim: Vim, pool: Ref): Promise<Ref[]> {
  const { vm, resourcePool } = await read(vim, pool, poolShape);
  const below = await Promise.all(
    resourcePool.map((child) =>
      machinesBelow(vim, child).catch((error) => {
        if (isFault(error, 'NoPermission')) return [];
        throw error;
      }),
    ),
  );
  return [...vm, ...below.flat()];
}

/** Memory promised to Cornac's machines, which users may start at any time, and to other running machines. */
async function promisedTo(
  vim: Vim,
  find: () => Promise<readonly Ref[]>,
  ours: ReadonlyMap<string, Size>,
): Promise<number> {
  const found = await readAgainWhenOneGoes(async () =>
    readAll(vim, 'VirtualMachine', await find(), machineShape, 'allow'),
  );
  return found.reduce((sum, { properties }) => {
    const { name = '', 'runtime.powerState': power, 'summary.config.memorySizeMB': memory = 0 } = properties;
    return sum + (ours.get(name)?.memoryMiB ?? (power === 'poweredOff' ? 0 : memory));
  }, 0);
}

/** Memory in MB that the hosts of a cluster offer to machines; unlimited where the account may not see it. */
async function memoryOfOwner(vim: Vim, owner: Ref): Promise<{ name: string; total: number }> {
  try {
    const shape = { name: z.string(), 'summary.effectiveMemory': z.number().optional() };
    const { name, 'summary.effectiveMemory': total } = await read(vim, owner, shape);
    return { name, total: total || UNLIMITED };
  } catch (error) {
    if (isFault(error, 'NoPermission')) return { name: owner.value, total: UNLIMITED };
    throw error;
  }
}

interface Memory {
  readonly name: string;
  readonly stock: Stock;
}

/** The memory of a resource pool: the tightest of its limit, the limits of the pools above, and its hosts. */
async function memoryOf(
  { vim, settings }: Pick<Context, 'vim' | 'settings'>,
  pool: Ref,
  ours: ReadonlyMap<string, Size>,
): Promise<Memory> {
  const {
    name,
    owner,
    parent,
    'config.memoryAllocation.limit': limit = -1,
  } = await read(vim, pool, poolShape);
  const isRoot = parent?.type !== 'ResourcePool' && parent?.type !== 'VirtualApp';
  const own = isRoot ? await memoryOfOwner(vim, owner) : { name, total: limit < 0 ? UNLIMITED : limit };
  const promised = own.total === UNLIMITED ? 0 : await promisedTo(vim, () => machinesBelow(vim, pool), ours);
  const here = { name: own.name, stock: { total: own.total * settings.overcommit.memory, promised } };
  if (isRoot) return here;
  const above = await memoryOf({ vim, settings }, parent, ours);
  return leftOf(above.stock) < leftOf(here.stock) ? above : here;
}

const hostShape = { name: z.string(), 'summary.hardware.memorySize': z.number().optional() };

/** The same for a single host; undefined where the account may not see it. */
async function memoryOfHost(
  { vim, settings }: Context,
  host: Ref,
  ours: ReadonlyMap<string, Size>,
): Promise<Memory | undefined> {
  try {
    const { name, 'summary.hardware.memorySize': bytes } = await read(vim, host, hostShape);
    if (bytes === undefined) return undefined;
    const promised = await promisedTo(vim, async () => (await read(vim, host, { vm: refs })).vm, ours);
    return { name, stock: { total: (bytes / MIB) * settings.overcommit.memory, promised } };
  } catch (error) {
    if (isFault(error, 'NoPermission')) return undefined;
    throw error;
  }
}

/** The only host that the machine may use: the host of `host=`, unless the machine is on another host. */
export async function findOnlyHost({ places }: Context, pool: Ref, there: VirtualMachine | undefined) {
  const host = await places.getHost(pool).catch((error) => {
    // The host may be gone, or in another cluster than the machine. That must not prevent growth.
    if (there) return undefined;
    throw error;
  });
  return there && there.host?.value !== host?.value ? undefined : host;
}

/** The datastore of the data disk: the disk may have moved, or STORAGE_POOL may have changed. */
function datastoreOf({ places }: Context, there: VirtualMachine | undefined): Promise<Datastore> {
  const own = there?.dataDisk?.backing?.datastore;
  return own ? places.readDatastore(own, `where the data disk of ${there.name} is`) : places.getDatastore();
}

/** What may still be promised to new machines, or to the existing machine `there`. */
export async function findRoom(context: Context, there?: VirtualMachine): Promise<Omit<Room, 'begun'>> {
  const { vim, places, settings, isOurs } = context;
  const listed = await listOurs(context, isOurs);
  const machines = new Map(
    listed.machines.flatMap((machine) =>
      isUnreachable(machine) ? [] : [[machine.name, sizeOfMachine(machine)]],
    ),
  );
  const origin = await places
    .getOrigin()
    .then((found) => readOrigin(vim, found))
    .catch((error) => {
      // A missing origin must not prevent the growth of a machine.
      if (there) return undefined;
      throw error;
    });
  const own = there && (await read(vim, there.ref, { resourcePool: ref.optional() })).resourcePool;
  const pool = own ?? (await places.getResourcePool(origin ?? {}));
  const host = await findOnlyHost(context, pool, there);
  const [ofPool, ofHost, datastore] = await Promise.all([
    memoryOf(context, pool, machines),
    host && memoryOfHost(context, host, machines),
    datastoreOf(context, there),
  ]);
  const memory = ofHost && leftOf(ofHost.stock) < leftOf(ofPool.stock) ? ofHost : ofPool;
  return {
    host: `${memory.name} with ${datastore.name}`,
    memoryMiB: memory.stock,
    diskGiB: diskStock(datastore, settings.overcommit),
    systemGiB: origin?.diskGiB ?? 0,
    machines,
  };
}

import type { Placed } from '../inventory/placed.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { modificationOf } from '../model/operation/input.ts';
import type { PlannedInstance } from '../model/operation/operation.ts';
import type { Promised } from '../model/server/host-room.ts';
import { placeOf } from '../providers/places.ts';
import type { HostRoom, Provider } from '../providers/provider.ts';
import { requireRoom } from '../providers/room.ts';
import { finalFailure } from './activity-failure.ts';
import type { ActivityDeps } from './deps.ts';
import { getInstanceClass } from './instance-class.ts';
import type { HeldCall } from './operation-activity.ts';

type Sized = Pick<PlannedInstance, 'dbInstanceClass' | 'allocatedStorage'>;

/** The resources of a host that an instance of this class and storage needs. */
export function sizeOf({ dbInstanceClass, allocatedStorage }: Sized) {
  const size = getInstanceClass(dbInstanceClass);
  return { cpus: size.vcpus, memoryMiB: size.memoryMiB, diskGiB: allocatedStorage };
}

/**
 * The reserved room of other instances. An instance that is being changed may have either size, so the larger
 * one counts.
 */
export function promisedTo(others: readonly Placed[]): Promised[] {
  return others.map((other) => {
    const [had, gets] = [sizeOf(other), sizeOf(other.reserved ?? other)];
    return {
      name: other.machine,
      host: other.host,
      memoryMiB: Math.max(had.memoryMiB, gets.memoryMiB),
      diskGiB: Math.max(had.diskGiB, gets.diskGiB),
    };
  });
}

/** The room where the machine of the instance is, or will be made; undefined where nothing limits it. */
async function findRoom(
  provider: Provider,
  { host: kept, machine }: Instance,
): Promise<HostRoom | undefined> {
  const isAnywhere = kept === null && provider.hosts.length > 0;
  const host = isAnywhere ? (await provider.findMachine(machine))?.host : kept;
  if (isAnywhere && host === undefined) return undefined;
  const [room] = await placeOf(provider, host ? { host } : {}).lookForRoom(machine);
  return room;
}

/**
 * Reserves room for an operation before it uses any of it.
 * @throws ProviderError `InsufficientCapacity`, with nothing changed
 */
export function createReserveRoom({ provider, inventory }: Pick<ActivityDeps, 'provider' | 'inventory'>) {
  return async ({ operation, instance, ref }: HeldCall): Promise<void> => {
    if (operation.facts.reserved) return;
    const { dbInstanceClass, allocatedStorage } = { ...instance, ...modificationOf(operation) };
    const wanted = { dbInstanceClass, allocatedStorage };
    const room = await findRoom(provider, instance);
    if (!room) return;
    // Nothing is reserved where machines share their place.
    if ('isShared' in room) return requireRoom(room, { name: instance.machine, ...sizeOf(wanted) });
    const held = await inventory.operations.reserve(ref, wanted, (others) => {
      const here = promisedTo(others).map((other) => ({
        ...other,
        // A provider without hosts has all machines in one place.
        host: provider.hosts.length === 0 ? room.host : other.host,
      }));
      requireRoom(room, { name: instance.machine, ...sizeOf(wanted) }, here);
    });
    if (!held) {
      throw finalFailure('NotHeld', 'another operation has taken over the instance');
    }
  };
}

/** Whether a modification requests more memory or storage than the instance has. */
export function asksForMore({ operation, instance }: Pick<HeldCall, 'operation' | 'instance'>): boolean {
  const [has, gets] = [sizeOf(instance), sizeOf({ ...instance, ...modificationOf(operation) })];
  return gets.memoryMiB > has.memoryMiB || gets.diskGiB > has.diskGiB;
}

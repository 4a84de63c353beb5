import { z } from 'zod';
import type { Counted } from '../../model/server/host-room.ts';
import type { Room } from '../provider.ts';
import type { Context } from './context.ts';
import { listOurs } from './list-machines.ts';
import { readOrigin } from './origin.ts';
import { findOnlyHost, findRoom, machinesBelow, refs } from './room.ts';
import { isUnreachable } from './unreachable.ts';
import type { Datastore } from './vcenter-objects.ts';
import { isFault } from './vim/fault.ts';
import { read, readAll } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { ref } from './vim/shapes.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** The most logical CPUs of a host: no machine may have more. Undefined where the account may not see the hosts. */
async function mostCpus({ vim }: Context, pool: Ref, host: Ref | undefined): Promise<number | undefined> {
  try {
    const { owner } = await read(vim, pool, { owner: ref });
    const hosts = host ? [host] : (await read(vim, owner, { host: refs })).host;
    const shape = { 'summary.hardware.numCpuThreads': z.number().optional() };
    const found = await readAll(vim, 'HostSystem', hosts, shape);
    const most = Math.max(0, ...found.map((each) => each.properties['summary.hardware.numCpuThreads'] ?? 0));
    return most > 0 ? most : undefined;
  } catch (error) {
    if (isFault(error, 'NoPermission')) return undefined;
    throw error;
  }
}

interface Places {
  readonly pool: Ref;
  readonly host: Ref | undefined;
  readonly datastore: Datastore;
}

/** Which machines take memory or disk from another place than new machines. */
async function findElsewhere(
  { vim }: Context,
  machines: readonly VirtualMachine[],
  { pool, host, datastore }: Places,
): Promise<ReadonlySet<string>> {
  const inPool = new Set((await machinesBelow(vim, pool)).map(({ value }) => value));
  const isHere = ({ ref: { value }, host: on, dataDisk }: VirtualMachine) =>
    inPool.has(value) &&
    (host === undefined || on?.value === host.value) &&
    dataDisk?.backing?.datastore?.value === datastore.ref.value;
  return new Set(machines.filter((machine) => !isHere(machine)).map(({ name }) => name));
}

/** The room for new machines, with what a decision without vCenter needs. */
export async function findRoomForNew(context: Context): Promise<Omit<Room, 'begun'>> {
  const { vim, places, isOurs } = context;
  const room = await findRoom(context);
  const pool = await places.getResourcePool(await readOrigin(vim, await places.getOrigin()));
  const host = await findOnlyHost(context, pool, undefined);
  const there = { pool, host, datastore: await places.getDatastore() };
  const listed = await listOurs(context, isOurs);
  const known = listed.machines.filter((machine): machine is VirtualMachine => !isUnreachable(machine));
  const machines = new Map<string, Counted>(room.machines);
  for (const name of await findElsewhere(context, known, there)) {
    const counted = machines.get(name);
    if (counted) machines.set(name, { ...counted, elsewhere: true });
  }
  const cpus = await mostCpus(context, pool, host);
  return { ...room, ...(cpus !== undefined && { cpus }), machines };
}

import { lookup } from 'node:dns/promises';
import { GuestBusy } from '../guest/busy.ts';
import { findInstanceClass, postgresSettings } from '../model/db-instance/instance-class.ts';
import { inventoryMachineName } from '../model/db-instance/inventory-instance.ts';
import { DEFAULT_PORT } from '../model/db-instance/port.ts';
import { mayGoOn } from '../model/server/pause.ts';
import { placeOf } from '../providers/places.ts';
import type { Progress, RunningMachine } from '../providers/provider.ts';
import type { Place } from './server-status.ts';

/** The inventory, as DATABASE_URL names it and as the provider may have it. */
export interface InventoryMachine {
  /** Name of the machine that `cornac bootstrap` makes for it. */
  readonly machine: string;
  /** Host name or address of DATABASE_URL. */
  readonly hostname: string;
  readonly port: number;
}

/**
 * How it went. `foreign`: DATABASE_URL names a PostgreSQL that is not on a machine of Cornac's. `unfinished`: bootstrap
 * has not made a cluster on it yet. `paused`: a person or a migration has paused its machine. `busy`: its server starts or shuts down. `unreachable`: its server runs there, and
 * does not answer here.
 */
export type BroughtBack = 'started' | 'paused' | 'foreign' | 'unfinished' | 'busy' | 'unreachable';

/** The size that bootstrap gives the inventory. */
const INVENTORY_CLASS = 'db.t2.micro';

/** @throws Error when a name cannot be looked up: then nobody knows */
async function isAt({ address }: RunningMachine, hostname: string): Promise<boolean> {
  if (address === hostname) return true;
  const [ours, named] = await Promise.all([
    lookup(address, { all: true }).catch(() => []),
    // A name that cannot be looked up now says nothing: what serves names may come back after the inventory.
    lookup(hostname, { all: true }),
  ]);
  return (named ?? []).some((each) => (ours ?? []).some((own) => own.address === each.address));
}

/** @param databaseUrl as DATABASE_URL has it; undefined where it names no host */
export function inventoryMachineOf(databaseUrl: string, machinePrefix: string): InventoryMachine | undefined {
  const { hostname, port } = new URL(databaseUrl);
  if (hostname === '') return undefined;
  return {
    machine: inventoryMachineName(machinePrefix),
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || DEFAULT_PORT),
  };
}

/**
 * The machine of the inventory, powered on where it is off; undefined where DATABASE_URL names another PostgreSQL: a
 * machine that was off is off again then.
 * @throws ProviderError, and Error when a name cannot be looked up
 */
export async function findOwnMachine(
  { machine, hostname }: InventoryMachine,
  { provider }: Place,
  progress: Progress,
): Promise<RunningMachine | undefined> {
  const found = await provider.findMachine(machine);
  if (!found) return undefined;
  const place = placeOf(provider, found);
  const running = await place.startMachine(machine, progress);
  if (await isAt(running, hostname)) return running;
  // Its address is known only while it runs.
  if (found.state === 'stopped') await place.stopMachine(machine, progress);
  return undefined;
}

function settingsOf({ port }: InventoryMachine): Record<string, string> {
  const size = findInstanceClass(INVENTORY_CLASS);
  if (!size) throw new Error(`there is no class ${INVENTORY_CLASS}`);
  return { ...postgresSettings(size), port: String(port) };
}

/**
 * Gives the inventory's server, where it runs on a machine of Cornac's, a certificate of Cornac's authority. By SSH, whose
 * host key is pinned: who only listens at its address gets none.
 * @throws ProviderError, SshError
 */
export async function certifyInventory(
  inventory: InventoryMachine,
  place: Place,
  progress: Progress,
): Promise<void> {
  const running = await findOwnMachine(inventory, place, progress);
  if (!running || (await place.guest.postgresStatus(running, progress)) === 'none') return;
  await place.guest.configure(running, settingsOf(inventory), { ...progress, keep: true });
}

/**
 * Brings the inventory's PostgreSQL back: machine and server, by the steps that bootstrap would take, which may run at
 * the same time. Asks neither the inventory nor Temporal.
 * @throws ProviderError, SshError
 */
export async function bringBackInventory(
  inventory: InventoryMachine,
  place: Place,
  progress: Progress,
): Promise<BroughtBack> {
  const seen = await place.provider.lookAtMachine(inventory.machine);
  if (seen?.paused && !mayGoOn(seen.paused)) return 'paused';
  const running = await findOwnMachine(inventory, place, progress);
  if (!running) return 'foreign';
  const { guest } = place;
  const status = await guest.postgresStatus(running, progress);
  if (status === 'none') return 'unfinished';
  if (status === 'busy') return 'busy';
  if (status === 'running') return 'unreachable';
  // Settings that are there stay. A cluster that bootstrap was about to start has none, and would come up with others.
  await guest.configure(running, settingsOf(inventory), { ...progress, keep: true });
  try {
    await guest.startPostgres(running, progress);
  } catch (error) {
    if (error instanceof GuestBusy) return 'busy';
    throw error;
  }
  return 'started';
}

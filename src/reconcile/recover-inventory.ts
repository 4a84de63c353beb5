import { lookup } from 'node:dns/promises';
import { GuestBusy } from '../guest/busy.ts';
import { findInstanceClass } from '../model/db-instance/instance-class.ts';
import { INVENTORY_IDENTIFIER, inventoryMachineName } from '../model/db-instance/inventory-instance.ts';
import { DEFAULT_PORT } from '../model/db-instance/port.ts';
import { serverSettings } from '../model/db-parameter-group/server-settings.ts';
import { mayResume } from '../model/server/pause.ts';
import { placeOf } from '../providers/places.ts';
import type { Progress, RunningMachine } from '../providers/provider.ts';
import type { Place } from './server-status.ts';

/** The inventory as DATABASE_URL names it, and its machine's name at the provider. */
export interface InventoryMachine {
  /** Name of the machine that `cornac bootstrap` makes for it. */
  readonly machine: string;
  /** Host name or address of DATABASE_URL. */
  readonly hostname: string;
  readonly port: number;
}

/**
 * The result. `foreign`: DATABASE_URL names a PostgreSQL that is not on a machine of Cornac's. `unfinished`:
 * bootstrap has not made a cluster on the machine yet. `paused`: a person or a migration has paused the
 * machine. `busy`: the server starts or shuts down. `unreachable`: the server runs on the machine, but does
 * not answer here.
 */
export type RecoveryResult = 'started' | 'paused' | 'foreign' | 'unfinished' | 'busy' | 'unreachable';

/** The size that bootstrap gives the inventory. */
const INVENTORY_CLASS = 'db.t2.micro';

/** @throws Error when a name cannot be resolved, because the answer is then unknown */
async function isAt({ address }: RunningMachine, hostname: string): Promise<boolean> {
  if (address === hostname) return true;
  const [ours, named] = await Promise.all([
    lookup(address, { all: true }).catch(() => []),
    // A failed lookup proves nothing, because the name server may come back after the inventory.
    lookup(hostname, { all: true }),
  ]);
  return (named ?? []).some((each) => (ours ?? []).some((own) => own.address === each.address));
}

/**
 * @param databaseUrl DATABASE_URL
 * @returns undefined where the URL names no host
 */
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
 * The machine of the inventory, powered on where it was off. Undefined where DATABASE_URL names another
 * PostgreSQL; a machine that was off is then powered off again.
 * @throws ProviderError; Error when a name cannot be resolved
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
  // The machine's address is known only while it runs.
  if (found.state === 'stopped') await place.stopMachine(machine, progress);
  return undefined;
}

function settingsOf({ port }: InventoryMachine): Record<string, string> {
  const instanceClass = findInstanceClass(INVENTORY_CLASS);
  if (!instanceClass) throw new Error(`there is no class ${INVENTORY_CLASS}`);
  // Neither version nor storage is known here. Only parameters of RDS depend on them, which the inventory has not.
  const source = { engineVersion: '', instanceClass, allocatedStorage: 0, port, values: {} };
  return serverSettings(INVENTORY_IDENTIFIER, source);
}

/**
 * Gives the inventory's server, where it runs on a machine of Cornac's, a certificate of Cornac's authority.
 * The certificate goes through SSH with a pinned host key, so an impostor at the address does not get it.
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
 * Brings the inventory's PostgreSQL back: machine and server, by the steps of bootstrap, which may run at the
 * same time. Asks neither the inventory nor Temporal.
 * @throws ProviderError, SshError
 */
export async function recoverInventory(
  inventory: InventoryMachine,
  place: Place,
  progress: Progress,
): Promise<RecoveryResult> {
  const seen = await place.provider.lookAtMachine(inventory.machine);
  if (seen?.paused && !mayResume(seen.paused)) return 'paused';
  const running = await findOwnMachine(inventory, place, progress);
  if (!running) return 'foreign';
  const { guest } = place;
  const status = await guest.postgresStatus(running, progress);
  if (status === 'none') return 'unfinished';
  if (status === 'busy') return 'busy';
  if (status === 'running') return 'unreachable';
  // Existing settings stay. A cluster that bootstrap was about to start has none, and would start with other
  // defaults.
  await guest.configure(running, settingsOf(inventory), { ...progress, keep: true });
  try {
    await guest.startPostgres(running, progress);
  } catch (error) {
    if (error instanceof GuestBusy) return 'busy';
    throw error;
  }
  return 'started';
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Inventory } from '../inventory/inventory.ts';
import type { HostFigures } from '../model/server/host-figures.ts';
import type { HostRoom, Provider } from '../providers/provider.ts';

const RENEW_MS = 60_000;

function toFigures(found: HostRoom, seenAt: Date): HostFigures {
  const { host } = found;
  if ('unreachable' in found) return { host, seenAt, room: null };
  const { begun: _, host: _host, machines, ...room } = found;
  return { host, seenAt, room: { ...room, machines: Object.fromEntries(machines) } };
}

/**
 * Writes what each host has to promise into the inventory for the gateways, which have no provider. Repeats this
 * until `signal` is aborted. A worker that finds new figures of another worker does not look itself. While the
 * provider is unreachable the last figures stay, and become too old to count.
 */
export async function announceHostRooms(
  {
    inventory,
    provider,
    log,
  }: {
    inventory: Pick<Inventory, 'hostRooms'>;
    provider: Pick<Provider, 'lookForRoom'>;
    log: Pick<Logger, 'warn'>;
  },
  signal: AbortSignal,
  renewMs = RENEW_MS,
): Promise<void> {
  let failed = false;
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      const seenAt = new Date();
      const isNew = (each: HostFigures) => seenAt.getTime() - each.seenAt.getTime() < renewMs / 2;
      // At its start a worker looks in any case, because its settings may be new.
      if (isFirst || !(await inventory.hostRooms.list()).some(isNew)) {
        const rooms = await provider.lookForRoom();
        await inventory.hostRooms.replace(rooms.map((room) => toFigures(room, seenAt)));
      }
      failed = false;
    } catch (err) {
      if (!failed) log.warn({ err }, 'cannot read what the hosts have room for; retrying');
      failed = true;
    }
    await delay(renewMs, undefined, { signal }).catch(() => {});
  }
}

import { type EventText, event } from '../event.ts';
import type { Facts } from '../server/facts.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The outcome for a snapshot whose backup is in the repository; undefined where it is not. RDS shows the moment to
 * which a snapshot restores as the time of its creation.
 */
export function concludeSnapshot(
  { id, type }: Pick<Snapshot, 'id' | 'type'>,
  { backup }: Pick<Facts, 'backup'>,
): { patch: Partial<Snapshot>; events: EventText[] } | undefined {
  if (backup?.snapshot !== id) return undefined;
  const createdAt = new Date(backup.stoppedAt);
  return {
    patch: { status: 'available', percentProgress: 100, createdAt },
    events: [event(type === 'automated' ? 'RDS-EVENT-0091' : 'RDS-EVENT-0042')],
  };
}

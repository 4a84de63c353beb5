import type { Instance } from '../model/db-instance/instance.ts';
import { mayGoOn } from '../model/server/pause.ts';
import type { Finding } from './compare.ts';
import { findServerStatus, type Place } from './server-status.ts';

/** Machines that are looked into at once: each look may take 15 seconds, and nobody waits for it. */
const AT_ONCE = 20;
/** One that does not answer, or serves and cannot be reached from here, is looked into again after so long. */
const AGAIN_MS = 60_000;
/** A server that starts or ends. */
const SOON_MS = 5_000;

type Down = Extract<Finding, { kind: 'postgres-down' | 'machine-stopped' | 'machine-paused' }>;

/**
 * Looks into machines whose server does not answer, in the background, and hands over those of which the machine, or its
 * provider, says itself that it is down.
 */
export function createInspector(place: Place, onDown: (finding: Down) => Promise<void>) {
  /** By DbiResourceId, until when it is not looked into. */
  const resting = new Map<string, number>();

  const look = async (instance: Instance): Promise<number> => {
    const status = await findServerStatus(instance, place);
    if (typeof status === 'object') {
      // What a person wants to stand still is left alone, and looked at again.
      if (!mayGoOn(status)) return AGAIN_MS;
      await onDown({ kind: 'machine-paused', instance, pause: status });
    } else if (status === 'stopped') {
      await onDown({ kind: 'postgres-down', instance });
    } else if (status === 'off') {
      await onDown({ kind: 'machine-stopped', instance });
    } else if (status !== 'busy') {
      return AGAIN_MS;
    }
    // One that has no room to start in is not tried again soon.
    return instance.status === 'storage-full' ? AGAIN_MS : SOON_MS;
  };

  return {
    /** Begins to look into these, as far as there is room: those that are left out are found down again. */
    inspect(down: readonly Instance[]): void {
      const now = Date.now();
      for (const [id, until] of resting) if (until <= now) resting.delete(id);
      const open = [...resting.values()].filter((until) => until === Number.POSITIVE_INFINITY).length;
      const fresh = down.filter(({ dbiResourceId }) => !resting.has(dbiResourceId));
      for (const instance of fresh.slice(0, AT_ONCE - open)) {
        const { dbiResourceId } = instance;
        resting.set(dbiResourceId, Number.POSITIVE_INFINITY);
        look(instance)
          // The inventory is away: it is found down again.
          .catch(() => SOON_MS)
          .then((pause) => resting.set(dbiResourceId, Date.now() + pause));
      }
    },
  };
}

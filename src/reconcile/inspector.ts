import type { Instance } from '../model/db-instance/instance.ts';
import { mayResume } from '../model/server/pause.ts';
import type { Finding } from './compare.ts';
import { findServerStatus, type Place } from './server-status.ts';

/** Machines that are inspected at once. Each inspection may take 15 seconds, and no caller waits for it. */
const AT_ONCE = 20;
/** The next inspection of a machine that does not answer, or that serves but is unreachable from here. */
const RECHECK_MS = 60_000;
/** The next inspection of a server that starts or shuts down. */
const SECOND_LOOK_MS = 5_000;

type Down = Extract<Finding, { kind: 'postgres-down' | 'machine-stopped' | 'machine-paused' }>;

/**
 * Inspects machines whose server does not answer, in the background. Calls `onDown` only where the machine
 * itself, or its provider, reports that the server is down.
 */
export function createInspector(place: Place, onDown: (finding: Down) => Promise<void>) {
  /** By DbiResourceId, the time until which the instance is not inspected. */
  const resting = new Map<string, number>();

  const look = async (instance: Instance): Promise<number> => {
    const status = await findServerStatus(instance, place);
    if (typeof status === 'object') {
      // A machine that a person has paused is left alone, and inspected again later.
      if (!mayResume(status)) return RECHECK_MS;
      await onDown({ kind: 'machine-paused', instance, pause: status });
    } else if (status === 'stopped') {
      await onDown({ kind: 'postgres-down', instance });
    } else if (status === 'off') {
      await onDown({ kind: 'machine-stopped', instance });
    } else if (status !== 'busy') {
      return RECHECK_MS;
    }
    // A server without room to start in is retried later than others.
    return instance.status === 'storage-full' ? RECHECK_MS : SECOND_LOOK_MS;
  };

  return {
    /** Begins to inspect these instances, as far as there is room. The others will be found down again. */
    inspect(down: readonly Instance[]): void {
      const now = Date.now();
      for (const [id, until] of resting) if (until <= now) resting.delete(id);
      const open = [...resting.values()].filter((until) => until === Number.POSITIVE_INFINITY).length;
      const fresh = down.filter(({ dbiResourceId }) => !resting.has(dbiResourceId));
      for (const instance of fresh.slice(0, AT_ONCE - open)) {
        const { dbiResourceId } = instance;
        resting.set(dbiResourceId, Number.POSITIVE_INFINITY);
        look(instance)
          // The inventory is unreachable. The instance will be found down again.
          .catch(() => SECOND_LOOK_MS)
          .then((pause) => resting.set(dbiResourceId, Date.now() + pause));
      }
    },
  };
}

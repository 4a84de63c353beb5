import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../model/db-instance/instance.ts';
import { createLimit } from '../system/limit.ts';
import type { ServerState } from './compare.ts';
import { probePostgres } from './postgres-probe.ts';
import { findServerStatus, type Place } from './server-status.ts';

const TRIES = 3;
// A restart of a server takes about as long.
const PAUSE_MS = 1_000;
/** Connections that are tried at once. 10,000 that time out take about a minute. */
const MAX_CONCURRENT_PROBES = 500;
/**
 * At most so many silent servers are tried again, and so many machines inspected. The next look takes others.
 */
const MAX_RETRIED = 500;
const MAX_INSPECTED = 100;
const MAX_CONCURRENT_INSPECTIONS = 20;

function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

async function probe({ address, port }: Instance): Promise<ServerState> {
  const answer = address === null ? 'down' : await probePostgres(address, port);
  return answer === 'down' ? 'silent' : answer;
}

/** A server unreachable from here may be reachable for clients (firewall, DNS), so the machine is asked. */
async function inspectServer(instance: Instance, place: Place): Promise<ServerState> {
  const status = await findServerStatus(instance, place);
  if (typeof status === 'object') return status;
  if (status === 'running') return 'unreachable';
  return status === 'unknown' ? 'silent' : 'down';
}

/**
 * Looks at the servers of these instances, whose machines run: first at their ports, then into the machines
 * of those that do not answer. Takes two or three minutes at most, however many instances are given and
 * however many do not answer. The instances that do not fit into this time, chosen at random, are `unsure`.
 * @param signal aborted to end early; an instance without a look is then `unsure`
 * @returns states by DbiResourceId
 */
export async function inspectServers(
  instances: readonly Instance[],
  place: Place,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, ServerState>> {
  const states = new Map<string, ServerState>(
    instances.map(({ dbiResourceId }) => [dbiResourceId, 'unsure']),
  );
  const look = async (
    some: readonly Instance[],
    atOnce: number,
    find: (instance: Instance) => Promise<ServerState>,
  ): Promise<Instance[]> => {
    const limit = createLimit(atOnce);
    const silent: Instance[] = [];
    await Promise.all(
      some.map((instance) =>
        limit(async () => {
          if (signal?.aborted) return;
          const state = await find(instance);
          if (state === 'silent') silent.push(instance);
          states.set(instance.dbiResourceId, state);
        }),
      ),
    );
    return silent;
  };
  /** Picks some at random and leaves the others for another look. */
  const pick = (some: readonly Instance[], most: number): Instance[] => {
    const shuffled = shuffle(some);
    for (const { dbiResourceId } of shuffled.splice(most)) states.set(dbiResourceId, 'unsure');
    return shuffled;
  };

  let silent = pick(await look(instances, MAX_CONCURRENT_PROBES, probe), MAX_RETRIED);
  for (let tries = 2; tries <= TRIES && silent.length > 0 && !signal?.aborted; tries++) {
    await delay(PAUSE_MS, undefined, { signal }).catch(() => {});
    silent = await look(silent, MAX_CONCURRENT_PROBES, probe);
  }
  const chosen = pick(silent, MAX_INSPECTED);
  // A port alone proves nothing: without a look into the machine the state is unsure.
  for (const { dbiResourceId } of chosen) states.set(dbiResourceId, 'unsure');
  await look(chosen, MAX_CONCURRENT_INSPECTIONS, (instance) => inspectServer(instance, place));
  return states;
}

import { setTimeout as delay } from 'node:timers/promises';
import { checkOperations, type Findings } from '../support/chaos/check-operations.ts';
import { checkRows, type RowFindings } from '../support/chaos/check-rows.ts';
import type { Api } from './api.ts';
import { becomeCalm, type CalmOptions } from './calm.ts';
import { type ClientOptions, runClient, sendAndNote } from './client.ts';
import { slots } from './fleet.ts';
import { listInstances, lookAround } from './look.ts';

export interface RoundOptions {
  readonly seed: string;
  readonly durationMs: number;
  readonly apis: readonly Api[];
  readonly calm: CalmOptions;
  /** The directory of the machines. */
  readonly stateDir: string;
  /** Does harm until it has done all its acts, or the signal comes. */
  readonly sabotage: (signal: AbortSignal) => Promise<void>;
  /** The harm that was done so far, in words. */
  readonly describeHarm: () => string;
}

export interface RoundFindings {
  readonly operations: Findings;
  readonly rows: RowFindings;
  readonly help: number;
}

const tellMs = 10_000;
const firstInstances = 3;
const firstMs = 60_000;

/** The instances of one client: an equal share of all. */
export function slotsOf(client: number, clients: number): string[] {
  return slots.filter((_, index) => Math.floor((index * clients) / slots.length) === client);
}

/** Resolves when instances have rows that can be lost, or at the deadline. */
async function someAreWritten({ fleet, writers, signal }: CalmOptions): Promise<void> {
  const written = () => [...fleet.instances.keys()].filter((each) => writers.lastCommit(each) !== undefined);
  for (const deadline = Date.now() + firstMs; written().length < firstInstances && Date.now() < deadline; ) {
    if (signal.aborted) return;
    await delay(100);
  }
}

/** Starts stopped instances, because only running servers show their rows. */
async function startStopped(options: Omit<ClientOptions, 'mine' | 'seed'>, { access }: CalmOptions) {
  for (const instance of await listInstances(access)) {
    const { DBInstanceIdentifier: name = '', DBInstanceStatus: status } = instance;
    if (status === 'stopped') {
      await sendAndNote(options, { action: 'StartDBInstance', asked: {} }, name, instance);
    }
  }
}

/** Runs clients and saboteur for a time, waits until everything is calm, and checks the result. */
export async function runRound(options: RoundOptions): Promise<RoundFindings> {
  const { apis, calm, durationMs } = options;
  const { book, fleet, signal } = calm;
  const ending = new AbortController();
  signal.addEventListener('abort', () => ending.abort(), { once: true });
  const working = ending.signal;
  const telling = setInterval(() => {
    const acknowledged = book.calls.filter(({ outcome }) => outcome === 'acknowledged').length;
    book.say(
      `${book.calls.length} calls, ${acknowledged} acknowledged; ${book.rows.length} commits; ` +
        options.describeHarm(),
    );
  }, tellMs);
  try {
    const clients = apis.map((api, index) =>
      runClient({
        ...{ api, fleet, book, signal: working, seed: options.seed },
        mine: slotsOf(index, apis.length),
      }),
    );
    await someAreWritten(calm);
    book.say('the saboteur begins');
    await Promise.all([delay(durationMs, undefined, { signal }).catch(() => {}), options.sabotage(working)]);
    ending.abort();
    await Promise.all(clients);
  } finally {
    ending.abort();
    clearInterval(telling);
  }
  book.say('saboteur and clients are done');
  return settle(options);
}

/** Waits until everything is calm and checks the result. */
async function settle({ apis, calm, stateDir }: RoundOptions): Promise<RoundFindings> {
  const { access, book, fleet, signal } = calm;
  let help = await becomeCalm(calm);
  const { world } = await lookAround(access, stateDir, book.calls);
  const asAcknowledged = checkOperations(world);
  const [api] = apis;
  if (api) await startStopped({ api, fleet, book, signal }, calm);
  help += await becomeCalm(calm);
  // Writers continue. Commits after this line need not be found.
  const committed = [...book.rows];
  const last = await lookAround(access, stateDir, book.calls);
  const started = checkOperations(last.world);
  const gone = new Set(
    book.calls.flatMap(({ action, outcome, resource }) =>
      action === 'DeleteDBInstance' && outcome !== 'refused' && resource !== undefined ? [resource] : [],
    ),
  );
  return {
    operations: {
      acknowledged: started.acknowledged,
      lost: [...new Set([...asAcknowledged.lost, ...started.lost])],
      doubled: [...new Set([...asAcknowledged.doubled, ...started.doubled])],
    },
    rows: checkRows(committed, last.rows, gone),
    help,
  };
}

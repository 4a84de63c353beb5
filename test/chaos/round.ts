import { setTimeout as delay } from 'node:timers/promises';
import { checkOperations, type Findings } from '../support/chaos/check-operations.ts';
import { checkRows, type RowFindings } from '../support/chaos/check-rows.ts';
import type { Act, Moment } from '../support/chaos/schedule.ts';
import type { Api } from './api.ts';
import { becomeCalm, type CalmOptions } from './calm.ts';
import { type ClientOptions, runClient, sendAndNote } from './client.ts';
import { slots } from './fleet.ts';
import { listInstances, lookAround } from './look.ts';
import { type Deeds, type SaboteurOptions, sabotage } from './saboteur.ts';

export interface RoundOptions {
  readonly seed: string;
  readonly durationMs: number;
  readonly schedule: readonly Moment[];
  readonly lastBlow: readonly Act[];
  readonly apis: readonly Api[];
  readonly calm: CalmOptions;
  readonly saboteur: Omit<SaboteurOptions, 'schedule' | 'lastBlow' | 'keeper' | 'book' | 'signal'>;
}

export interface RoundFindings {
  readonly operations: Findings;
  readonly rows: RowFindings;
  readonly help: number;
}

const tellMs = 10_000;
const firstInstances = 3;
const firstMs = 60_000;

/** Half of the instances is each client's own. */
export function slotsOf(client: number, clients: number): string[] {
  return slots.filter((_, index) => Math.floor((index * clients) / slots.length) === client);
}

/** Resolves when there is something to lose, or when it takes too long. */
async function someAreWritten({ fleet, writers, signal }: CalmOptions): Promise<void> {
  const written = () => [...fleet.instances.keys()].filter((each) => writers.lastCommit(each) !== undefined);
  for (const deadline = Date.now() + firstMs; written().length < firstInstances && Date.now() < deadline; ) {
    if (signal.aborted) return;
    await delay(100);
  }
}

/** Starts what is stopped: only then it can be looked into. */
async function startStopped(options: Omit<ClientOptions, 'mine' | 'seed'>, endpoint: CalmOptions) {
  for (const instance of await listInstances({ ...endpoint.keeper.first, endpoint: endpoint.endpoint })) {
    const { DBInstanceIdentifier: name = '', DBInstanceStatus: status } = instance;
    if (status === 'stopped') {
      await sendAndNote(options, { action: 'StartDBInstance', asked: {} }, name, instance);
    }
  }
}

/** Clients and saboteur at work for a time, then quiet, then the look at what came of it. */
export async function runRound(options: RoundOptions, deeds: Deeds): Promise<RoundFindings> {
  const { apis, calm, schedule, lastBlow, durationMs, saboteur } = options;
  const { book, fleet, keeper, signal } = calm;
  const ending = new AbortController();
  signal.addEventListener('abort', () => ending.abort(), { once: true });
  const working = ending.signal;
  const telling = setInterval(() => {
    const acknowledged = book.calls.filter(({ outcome }) => outcome === 'acknowledged').length;
    book.say(
      `${book.calls.length} calls, ${acknowledged} acknowledged; ${book.rows.length} commits; ` +
        `${deeds.kills} kills, ${deeds.freezes} stops, ${deeds.fills} times full`,
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
    const saboteurs = sabotage({ ...saboteur, schedule, lastBlow, keeper, book, signal: working }, deeds);
    await Promise.all([delay(durationMs, undefined, { signal }).catch(() => {}), saboteurs]);
    ending.abort();
    await Promise.all(clients);
  } finally {
    clearInterval(telling);
  }
  book.say('saboteur and clients are done');

  let help = await becomeCalm(calm);
  const access = { ...keeper.first, endpoint: calm.endpoint };
  const { world } = await lookAround(access, saboteur.stateDir, book.calls);
  const asAcknowledged = checkOperations(world);
  const [api] = apis;
  if (api) await startStopped({ api, fleet, book, signal }, calm);
  help += await becomeCalm(calm);
  // Writers go on: what they commit while we look need not be seen.
  const committed = [...book.rows];
  const last = await lookAround(access, saboteur.stateDir, book.calls);
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

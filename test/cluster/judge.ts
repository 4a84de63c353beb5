import type { LogBook } from '../chaos/log-book.ts';
import type { RoundFindings } from '../chaos/round.ts';
import type { WatchingProxy } from '../chaos/watching-proxy.ts';
import type { Action } from '../support/chaos/journal.ts';
import { count } from '../support/counts.ts';
import type { Certificates } from './certificates.ts';
import type { Deeds } from './deeds.ts';

export interface Evidence {
  readonly round: RoundFindings;
  readonly left: readonly string[];
  readonly deeds: Deeds;
  readonly book: LogBook;
  /** The proxy of each gateway. */
  readonly proxies: readonly WatchingProxy[];
  readonly outageMs: number;
  readonly accidents: number;
  readonly certificates: Certificates;
}

// The least that a run must have done for its result to count.
const LEAST_CALLS_A_GATEWAY = 15;
const LEAST_ROWS = 200;
const ACTIONS: readonly Action[] = [
  'CreateDBInstance',
  'ModifyDBInstance',
  'RebootDBInstance',
  'StopDBInstance',
  'StartDBInstance',
  'DeleteDBInstance',
  'AddTagsToResource',
  'RemoveTagsFromResource',
];
/** Each service is killed while operations run; Cornac's own and PgBouncer also while operations wait. */
const KILLED = [
  ...['gateway-1', 'gateway-2', 'worker-1', 'worker-2', 'pgbouncer'].flatMap((name) => [name, name]),
  ...['temporal-database', 'temporal-frontend', 'temporal-history', 'temporal-history'],
];

/** Counts the findings. @returns what is wrong, one line each */
export function judge(evidence: Evidence): string[] {
  const { round, left, deeds, book, proxies } = evidence;
  const acknowledged = book.calls.filter(({ outcome }) => outcome === 'acknowledged');
  const { lost, doubled } = round.operations;
  const bad = proxies.flatMap((proxy) => proxy.bad);
  const help = round.help + evidence.accidents;
  count('operations acknowledged', acknowledged.length);
  count('operations lost', lost.length + doubled.length);
  count('rows acknowledged', round.rows.acknowledged);
  count('rows missing', round.rows.missing);
  count('5xx', bad.length);
  count('left over', left.length);
  count('help needed', help);
  return [
    ...lost.map((line) => `lost: ${line}`),
    ...doubled.map((line) => `doubled: ${line}`),
    ...round.rows.details.map((line) => `rows: ${line}`),
    ...bad.map((line) => `answer: ${line}`),
    ...left.map((line) => `left over: ${line}`),
    ...(help > 0 ? [`help was needed ${help} times`] : []),
    ...findTooLittle(evidence, deeds, acknowledged),
  ];
}

function findTooLittle(
  { book, certificates, outageMs, proxies, round }: Evidence,
  deeds: Deeds,
  acknowledged: LogBook['calls'],
): string[] {
  const missingKills = KILLED.filter(
    (name) =>
      deeds.kills.filter((each) => each === name).length < KILLED.filter((each) => each === name).length,
  );
  const quiet = proxies
    .map((_, index) => `gateway-${index + 1}`)
    .filter((name) => acknowledged.filter(({ client }) => client === name).length < LEAST_CALLS_A_GATEWAY);
  const never = ACTIONS.filter((action) => acknowledged.every((call) => call.action !== action));
  return [
    ...deeds.missed,
    ...[...new Set(missingKills)].map((name) => `${name} was not killed as often as it was to be`),
    ...quiet.map((name) => `${name} has acknowledged fewer than ${LEAST_CALLS_A_GATEWAY} calls`),
    ...never.map((action) => `no ${action} was acknowledged`),
    ...(deeds.deletedHistories === 0 ? ['no history was deleted'] : []),
    ...(deeds.outageMs < outageMs ? [`Temporal was unreachable for ${deeds.outageMs} ms only`] : []),
    ...(certificates.renewals() < 3 ? ['the certificate was renewed fewer than three times'] : []),
    ...(round.rows.acknowledged < LEAST_ROWS ? [`${book.rows.length} commits are too few`] : []),
  ];
}

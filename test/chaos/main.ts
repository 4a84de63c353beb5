import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signalAll } from '../acceptance/processes.ts';
import { findFreePorts } from '../acceptance/stack.ts';
import { drawLastBlow, drawSchedule } from '../support/chaos/schedule.ts';
import { count } from '../support/counts.ts';
import { createBoto3Api, createJavaScriptApi } from './api.ts';
import { deleteAll } from './delete-all.ts';
import { createDisk } from './disk.ts';
import { createFleet } from './fleet.ts';
import { startKeeper } from './keeper.ts';
import { findLeftByStack, findLeftOver, listMounts } from './left-over.ts';
import { openLogBook } from './log-book.ts';
import { readOptions } from './options.ts';
import { type RoundFindings, runRound } from './round.ts';
import { type Deeds, sabotage } from './saboteur.ts';
import { findStackProcesses } from './stack-processes.ts';
import { startWatchingProxy } from './watching-proxy.ts';
import { startWriters } from './writers.ts';

// The least that a run must have done per minute for its result to count.
const leastCalls = 15;
const leastKills = 5;
const leastRows = 200;

const roundMs = 60_000;

const { seed, minutes, directory, ownsDisk, isAlone } = readOptions(process.argv.slice(2), process.env);
const stopping = new AbortController();
const { signal } = stopping;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());

const book = openLogBook(directory);
const problems: string[] = [];
function report(what: string, lines: readonly string[]) {
  for (const line of lines) {
    problems.push(`${what}: ${line}`);
    book.say(`WRONG  ${what}: ${line}`);
  }
}
const mounts = await listMounts();
const stateDir = join(directory, 'fs', 'state');
await mkdir(stateDir, { recursive: true });
await chmod(stateDir, 0o711);

const rounds = Math.max(1, Math.round((minutes * 60_000) / roundMs));
const durationMs = (minutes * 60_000) / rounds;
book.say(`seed ${seed}, ${rounds} rounds of ${durationMs / 1_000} s, in ${directory}`);
if (!ownsDisk) book.say('the disk is never filled: that takes root and a file system of its own');

const deeds: Deeds = { kills: 0, freezes: 0, fills: 0, missed: 0 };
const keeper = await startKeeper(stateDir, directory, book);
book.say('up is ready');
const [proxyPort = 0] = await findFreePorts(1);
const proxy = await startWatchingProxy(proxyPort, keeper.gatewayPort);
const { endpoint } = proxy;
const access = { ...keeper.first, endpoint };
const apis = [createJavaScriptApi(access), createBoto3Api(access)];
const fleet = createFleet();
const writers = startWriters(fleet, book);
let last: RoundFindings | undefined;
let help = 0;

async function runRounds() {
  for (let round = 1; round <= rounds && !signal.aborted; round++) {
    const schedule = drawSchedule(`${seed}/${round}`, durationMs);
    const lastBlow = drawLastBlow(`${seed}/${round}`);
    await writeFile(join(directory, `schedule-${round}.json`), `${JSON.stringify({ schedule, lastBlow })}\n`);
    book.say(`round ${round}`);
    const disk = ownsDisk ? createDisk(join(directory, 'fs')) : undefined;
    last = await runRound({
      ...{ seed: `${seed}/${round}`, durationMs, apis, stateDir },
      calm: {
        keeper,
        access,
        api: createJavaScriptApi(access, { maxAttempts: 1 }),
        fleet,
        writers,
        book,
        signal,
      },
      sabotage: (working) =>
        sabotage({ stateDir, schedule, lastBlow, disk, keeper, book, signal: working }, deeds),
      describeHarm: () => `${deeds.kills} kills, ${deeds.freezes} stops, ${deeds.fills} times full`,
    });
    if (signal.aborted) return;
    help += last.help;
    report('lost', last.operations.lost);
    report('doubled', last.operations.doubled);
    report('rows', last.rows.details);
    if (problems.length > 0) return;
  }
}

/** Deletes all instances and searches for what they leave. */
async function cleanUp(): Promise<string[]> {
  await writers.stop();
  const [api] = apis;
  if (!api) return [];
  const there = await deleteAll({ api, book, fleet, signal }, access);
  const left = signal.aborted ? [] : await findLeftOver(keeper.first, fleet.addresses);
  return [...there, ...left];
}

function judge() {
  const acknowledged = book.calls.filter(({ outcome }) => outcome === 'acknowledged').length;
  const rows = last?.rows.acknowledged ?? 0;
  count('operations acknowledged', acknowledged);
  count('operations lost', (last?.operations.lost.length ?? 0) + (last?.operations.doubled.length ?? 0));
  count('rows acknowledged', rows);
  count('rows missing', last?.rows.missing ?? 0);
  report('answer', proxy.bad);
  count('5xx', proxy.bad.length);
  help += keeper.unexpectedEnds();
  count('help needed', help);
  if (help > 0) problems.push(`help was needed ${help} times`);
  const least = (what: string, value: number, perMinute: number) => {
    if (value < perMinute * minutes) {
      report('too little was done', [`${value} ${what} in ${minutes} minutes`]);
    }
  };
  least('acknowledged calls', acknowledged, leastCalls);
  least('kills', deeds.kills, leastKills);
  least('rows', rows, leastRows);
}

/** Outside a namespace of its own, a run must end the processes that a killed `up` has left. */
async function endStackProcesses() {
  signalAll(await findStackProcesses(stateDir), 'SIGKILL');
}

try {
  await runRounds();
  const left = signal.aborted ? [] : await cleanUp();
  await writers.stop();
  const status = await keeper.stop();
  if (!signal.aborted) {
    if (status !== 0) report('Ctrl-C', [`up ended with status ${status}`]);
    left.push(...(await findLeftByStack(stateDir, mounts, isAlone)));
    report('left over', left);
    count('left over', left.length);
    judge();
  }
} catch (error) {
  problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  book.say(`WRONG  ${problems.at(-1)}`);
  await writers.stop();
  await keeper.stop();
} finally {
  for (const api of apis) await api.close();
  await proxy.close();
  await endStackProcesses();
}
const answers = [...proxy.answers].map(([status, times]) => `${times} x ${status}`).join(', ');
book.say(
  `${deeds.kills} kills, ${deeds.freezes} stops, ${deeds.fills} times full, ${deeds.missed} found nobody; answers: ${answers}`,
);
for (const problem of problems) console.log(`chaos: ${problem}`);
process.exitCode = signal.aborted ? 130 : problems.length > 0 ? 1 : 0;

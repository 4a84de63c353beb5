import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { aborted } from '../../src/system/aborted.ts';
import { findFreePorts } from '../acceptance/stack.ts';
import { createJavaScriptApi } from '../chaos/api.ts';
import { deleteAll } from '../chaos/delete-all.ts';
import { createFleet } from '../chaos/fleet.ts';
import { findLeftByStack, findLeftOver, listMounts } from '../chaos/left-over.ts';
import { openLogBook } from '../chaos/log-book.ts';
import { type RoundFindings, runRound } from '../chaos/round.ts';
import { startWatchingProxy, type WatchingProxy } from '../chaos/watching-proxy.ts';
import { startWriters } from '../chaos/writers.ts';
import { makeCertificates } from './certificates.ts';
import { startCornac } from './cornac.ts';
import { type Deeds, doDeeds } from './deeds.ts';
import { judge } from './judge.ts';
import { readOptions } from './options.ts';
import { createServices } from './services.ts';
import { startTemporalCluster } from './temporal-cluster.ts';

const { seed, outageMs, directory, isAlone } = readOptions(process.argv.slice(2), process.env);
const stopping = new AbortController();
const { signal } = stopping;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());

const book = openLogBook(directory);
book.say(`seed ${seed}, Temporal unreachable for ${outageMs / 1_000} s, in ${directory}`);
const root = join(directory, 'fs');
const logs = join(directory, 'log');
await mkdir(logs);
const mounts = await listMounts();
const services = createServices({ logs, book });
const deeds: Deeds = { kills: [], deletedHistories: 0, outageMs: 0, missed: [] };
const proxies: WatchingProxy[] = [];
const fleet = createFleet();
const writers = startWriters(fleet, book);
const problems: string[] = [];

const certificates = await makeCertificates(join(root, 'tls'));

async function work(): Promise<{ round: RoundFindings | undefined; left: string[] }> {
  const temporal = await startTemporalCluster(join(root, 'temporal'), certificates, services);
  book.say('the Temporal cluster is ready');
  const cornac = await startCornac(join(root, 'cornac'), temporal, services);
  book.say('two gateways and two workers are ready');
  for (const port of cornac.ports) {
    const [own = 0] = await findFreePorts(1);
    proxies.push(await startWatchingProxy(own, port));
  }
  const accesses = proxies.map(({ endpoint }) => ({ ...cornac.access, endpoint }));
  const apis = accesses.map((access, index) => createJavaScriptApi(access, { name: `gateway-${index + 1}` }));
  const [access] = accesses;
  const [api] = apis;
  if (!access || !api) throw new Error('no gateway was started');
  const keeper = { temporal: temporal.place, env: cornac.env, isReady: services.areReady };
  const round = await runRound({
    ...{ seed, durationMs: 0, apis, stateDir: cornac.stateDir },
    calm: {
      ...{ keeper, access, fleet, writers, book, signal },
      api: createJavaScriptApi(access, { maxAttempts: 1 }),
    },
    sabotage: (working) =>
      doDeeds({ cornac, temporal, certificates, outageMs, book, signal: working }, deeds),
    describeHarm: () => `${deeds.kills.length} kills`,
  });
  await writers.stop();
  if (signal.aborted) return { round: undefined, left: [] };
  const there = await deleteAll({ api, book, fleet, signal }, access);
  const { stateDir, config } = cornac;
  const left = await findLeftOver({ stateDir, config, temporal: temporal.place }, fleet.addresses);
  return { round, left: [...there, ...left] };
}

async function giveUp(): Promise<{ round: undefined; left: string[] }> {
  await aborted(signal);
  return { round: undefined, left: [] };
}

try {
  // After a signal the run does not wait for its work; `services` ends every process.
  const { round, left } = await Promise.race([work(), giveUp()]);
  certificates.close();
  await services.stop();
  if (round) {
    left.push(...(await findLeftByStack(root, mounts, isAlone)));
    problems.push(
      ...judge({
        round,
        left,
        deeds,
        book,
        proxies,
        outageMs,
        accidents: services.accidents(),
        certificates,
      }),
    );
  }
} catch (error) {
  problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  certificates.close();
  await writers.stop();
  await services.stop();
  for (const proxy of proxies) await proxy.close();
}
for (const problem of problems) book.say(`WRONG  ${problem}`);
process.exitCode = signal.aborted ? 130 : problems.length > 0 ? 1 : 0;

import { rm } from 'node:fs/promises';
import { ownTemporalFiles } from '../config/own-temporal.ts';
import { type ChildEvents, type ChildSpec, type Supervised, supervise } from '../supervisor/child.ts';
import { type ChildLog, createChildLog } from '../supervisor/child-log.ts';
import { createChildRecord } from '../supervisor/child-record.ts';
import { NEWER_INVENTORY } from '../supervisor/final-end.ts';
import { spawnCornac } from '../supervisor/programs.ts';
import { aborted } from '../system/aborted.ts';
import { runAll } from '../system/run-all.ts';
import { keepGiven } from './keep-given.ts';
import { findTakenPorts } from './ports.ts';
import { writeReadyFile } from './ready-file.ts';
import { statePaths, takeState } from './state.ts';
import { ensureTemporalCertificates } from './temporal-certificates.ts';
import { adoptDatabase } from './temporal-database.ts';
import { temporalServer } from './temporal-server.ts';
import { temporalUi } from './temporal-ui.ts';
import { startOptional, UpError } from './up-error.ts';
import type { UpPlan } from './up-plan.ts';

export interface UpDeps {
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
  /** Makes the inventory, or starts an existing one. */
  readonly startInventory: () => Promise<void>;
  /** Keeps the inventory up after its first start, until `signal` is aborted. Never throws. */
  readonly keepInventory: (signal: AbortSignal) => Promise<void>;
  /** Recovers the instances that should be up, and waits for them. */
  readonly recover: () => Promise<void>;
  /** Stops the machines of this computer, also those that an earlier `up` left running. */
  readonly stopMachines: () => Promise<void>;
  /** Called when everything is ready. */
  readonly onReady: () => Promise<void>;
}

/** The longest time that a worker of an earlier `up` needs to hand over its steps. */
const STALE_GRACE_MS = 40_000;
const ROTATE_MS = 60_000;

/**
 * Runs all of Cornac on this computer until `signal` is aborted: Temporal, inventory, workers, gateway. Then
 * stops them in the opposite order.
 * @throws UpError where a part cannot be started
 */
export async function up(plan: UpPlan, deps: UpDeps): Promise<void> {
  const { config, env, ports } = plan;
  const paths = statePaths(config.stateDir);
  const lock = await takeState(config.stateDir);
  const record = createChildRecord(paths.children);
  const running: Supervised[] = [];
  const ends: Promise<void>[] = [];
  let usesMachines = false;
  const keeping = new AbortController();
  let keeper: Promise<void> | undefined;

  const logs = new Map<string, ChildLog>();
  const logOf = (name: string): ChildLog => {
    const log = logs.get(name) ?? createChildLog(paths.logs, name);
    logs.set(name, log);
    return log;
  };
  const rotation = setInterval(() => {
    for (const log of logs.values()) log.rotate();
  }, ROTATE_MS);

  const events: ChildEvents = {
    started: (name, pid) => record.add(name, pid),
    ended: (name, how, pause) => deps.report(`${name} ${how}; restarting in ${pause} ms`),
    notReady: (name, why) => {
      const log = logOf(name);
      for (const line of [`${name} ${why}. The end of ${log.file}:`, ...log.tail(12)]) deps.report(line);
    },
  };
  const start = async (spec: ChildSpec): Promise<void> => {
    const startedAt = Date.now();
    const child = supervise(spec, events);
    running.push(child);
    const explain = (error: Error): never => {
      const log = logOf(spec.name);
      throw new UpError(`${error.message}. The end of ${log.file}:`, ...log.tail(12));
    };
    ends.push(child.ended.catch(explain));
    // It is looked at when all are started.
    ends.at(-1)?.catch(() => {});
    await Promise.race([child.ready, aborted(deps.signal)]).catch(explain);
    if (!deps.signal.aborted) deps.report(`${spec.name.padEnd(9)} ready after ${seconds(startedAt)} s`);
  };
  const cornac = (name: string, ...args: string[]): ChildSpec => ({
    name,
    start: () => spawnCornac(args, env, logOf(name)),
    final: NEWER_INVENTORY,
    graceMs: STALE_GRACE_MS,
  });

  const serve = async (): Promise<void> => {
    await record.clear(STALE_GRACE_MS);
    const taken = await findTakenPorts(ports);
    if (taken.length > 0) throw new UpError(...taken);
    await keepGiven(plan, deps.report);

    const { port, uiPort, programs } = plan.temporal;
    const tls = ownTemporalFiles(config.stateDir);
    const steps = [
      async () => {
        await ensureTemporalCertificates(tls);
        if (!adoptDatabase(paths.oldTemporalDb, paths.temporalDb)) {
          deps.report(
            `temporal  starts without earlier histories: ${paths.oldTemporalDb} belongs to another version`,
          );
        }
        await start(
          temporalServer({
            program: programs.server,
            directory: paths.temporal,
            database: paths.temporalDb,
            port,
            taken: ports.map(({ address }) => address.port),
            tls,
            namespace: config.temporal.namespace,
            env,
            log: logOf('temporal'),
            report: deps.report,
          }),
        );
      },
      () => {
        usesMachines = true;
        keeper = deps.keepInventory(keeping.signal);
        return deps.startInventory();
      },
      () => start(cornac('worker', 'worker', '--processes', String(plan.processes))),
      deps.recover,
      () => start(cornac('gateway', 'run')),
      () => {
        const ui = temporalUi({
          program: programs.ui,
          port: uiPort,
          temporal: config.temporal,
          tls,
          env,
          log: logOf('web-ui'),
        });
        return startOptional(() => start(ui), deps.report, "everything else runs without Temporal's Web UI");
      },
      () => writeReadyFile(plan),
      deps.onReady,
    ];
    for (const step of steps) if (!deps.signal.aborted) await step();
    await Promise.race([aborted(deps.signal), ...ends]);
  };
  const stopChildren = async (): Promise<void> => {
    const [, ...others] = running;
    await runAll(others.reverse().map((child) => () => child.stop()));
  };

  // Every part is stopped even where another fails, for example on a file system that has become read-only.
  await runAll([
    serve,
    async () => {
      clearInterval(rotation);
      // The keeper ends first, because the next steps stop the inventory for good.
      keeping.abort();
    },
    async () => plan.readyFile && rm(plan.readyFile, { force: true }),
    stopChildren,
    async () => keeper,
    async () => usesMachines && deps.stopMachines(),
    async () => running[0]?.stop(),
    () => rm(paths.pid, { force: true }),
    () => lock.release(),
  ]);
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1_000).toFixed(1);
}

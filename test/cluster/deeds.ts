import { setTimeout as sleep } from 'node:timers/promises';
import type { LogBook } from '../chaos/log-book.ts';
import type { Certificates } from './certificates.ts';
import type { Cornac } from './cornac.ts';
import type { Service } from './service.ts';
import { type TemporalCluster, withTemporal } from './temporal-cluster.ts';

export interface DeedsOptions {
  readonly cornac: Cornac;
  readonly temporal: TemporalCluster;
  readonly certificates: Certificates;
  readonly outageMs: number;
  readonly book: LogBook;
  readonly signal: AbortSignal;
}

/** The deeds that were done. */
export interface Deeds {
  /** Names of the killed services, one entry for each kill. */
  readonly kills: string[];
  deletedHistories: number;
  outageMs: number;
  /** Deeds whose occasion did not come before the deadline, one line each. */
  readonly missed: string[];
}

type Moment = 'running' | 'pending';

/** More would leave too few instances to work on until the next round of the reconciler. */
const HISTORIES = 2;
const OCCASION_MS = 20_000;
const LOOK_MS = 20;
const WORK_MS = 60_000;
const PAUSE_MS = 2_500;
/**
 * Step between the delays after which a service is killed, so that kills hit different places of an
 * operation.
 */
const DEPTH_MS = 300;

/**
 * Does every harm to the parts of a cluster once. Each deed happens while operations run, and many also while
 * operations wait.
 */
export async function doDeeds(options: DeedsOptions, deeds: Deeds): Promise<void> {
  const { cornac, temporal, certificates, outageMs, book, signal } = options;
  const [gateway, otherGateway] = cornac.gateways;
  const [worker, otherWorker] = cornac.workers;
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {});

  /** Waits for an operation in this state. */
  const awaitOccasion = async (what: string, moment: Moment): Promise<boolean> => {
    for (const deadline = Date.now() + OCCASION_MS; Date.now() < deadline && !signal.aborted; ) {
      if ((await cornac.countOperations(moment)) > 0) return true;
      await pause(LOOK_MS);
    }
    if (!signal.aborted) deeds.missed.push(`${what}: no operation was ${moment}`);
    return false;
  };
  const kill = async (service: Service, moment: Moment, whole = false): Promise<void> => {
    if (signal.aborted || !(await awaitOccasion(`kill ${service.name}`, moment))) return;
    await pause((deeds.kills.length % 4) * DEPTH_MS);
    const isDone = await service.kill({ whole });
    book.say(`kill ${service.name} while operations are ${moment}${isDone ? '' : ': it did not run'}`);
    if (isDone) deeds.kills.push(service.name);
  };
  /** Kills a service and waits until it is ready again before the next deed. */
  const killInTurn = async (service: Service, whole = false) => {
    await kill(service, 'running', whole);
    await service.untilReady();
    await pause(PAUSE_MS);
  };

  const deleteHistories = async (): Promise<void> => {
    for (const deadline = Date.now() + OCCASION_MS; deeds.deletedHistories < HISTORIES && !signal.aborted; ) {
      if (Date.now() > deadline) {
        deeds.missed.push(`delete histories: only ${deeds.deletedHistories} of open runs`);
        return;
      }
      for (const workflowId of await cornac.listRunning()) {
        if (deeds.deletedHistories >= HISTORIES) return;
        const isDone = await withTemporal(temporal.place, async ({ workflow, workflowService }) => {
          const { status, runId } = await workflow.getHandle(workflowId).describe();
          if (status.name !== 'RUNNING') return false;
          const { namespace } = temporal.place;
          await workflowService.deleteWorkflowExecution({
            namespace,
            workflowExecution: { workflowId, runId },
          });
          return true;
        }).catch(() => false);
        if (!isDone) continue;
        book.say(`deleted the history of the open run ${workflowId}`);
        deeds.deletedHistories += 1;
      }
      await pause(LOOK_MS);
    }
  };

  /** Waits until one more operation has succeeded, which only a present worker can have done. */
  const awaitWork = async (what: string): Promise<void> => {
    const before = await cornac.countOperations('succeeded');
    for (const deadline = Date.now() + WORK_MS; Date.now() < deadline && !signal.aborted; ) {
      if ((await cornac.countOperations('succeeded')) > before) return;
      await pause(LOOK_MS);
    }
    if (!signal.aborted) deeds.missed.push(`${what}: no operation has ended in ${WORK_MS / 1_000} s`);
  };

  const outage = async (): Promise<void> => {
    const all = [temporal.frontend, temporal.history, temporal.database];
    if (!(await awaitOccasion('outage', 'running'))) return;
    const begun = Date.now();
    for (const each of all) {
      each.hold();
      await each.kill();
    }
    book.say(`Temporal is unreachable for ${outageMs / 1_000} s`);
    try {
      for (const each of [gateway, otherGateway]) {
        await kill(each, 'pending');
        await each.untilReady();
      }
      // The other worker survives the outage, while its certificate expires.
      worker.hold();
      await kill(worker, 'pending', true);
      await kill(cornac.pooler, 'pending');
      await pause(Math.max(0, begun + outageMs - Date.now()));
    } finally {
      for (const each of all) each.release();
      deeds.outageMs = Date.now() - begun;
    }
    try {
      for (const each of all) await each.untilReady();
      book.say('Temporal is back');
      await awaitWork(`${otherWorker.name}, which has lived through the outage`);
      book.say(`${otherWorker.name} works again`);
    } finally {
      worker.release();
    }
    await worker.untilReady();
  };

  /** Kills the second worker while operations wait, because without history no operation starts. */
  const killWhileWaiting = async (): Promise<void> => {
    temporal.history.hold();
    try {
      await kill(temporal.history, 'running');
      await kill(otherWorker, 'pending', true);
    } finally {
      temporal.history.release();
    }
    for (const each of [temporal.history, otherWorker]) await each.untilReady();
  };

  // First, because the reconciler, which starts these operations again, runs every two minutes.
  await deleteHistories();
  await pause(PAUSE_MS);
  await killInTurn(temporal.history);
  await killInTurn(gateway);
  await killInTurn(temporal.database);
  await killInTurn(worker, true);
  await killInTurn(cornac.pooler);
  // Processes that run since the beginning connect again now. Their first certificate has expired by then.
  await pause(Math.max(0, certificates.firstEndsAt + 1_000 - Date.now()));
  await killInTurn(temporal.frontend);
  await killInTurn(otherWorker);
  await killInTurn(otherGateway);
  if (!signal.aborted) await killWhileWaiting();
  if (!signal.aborted) await outage();
}

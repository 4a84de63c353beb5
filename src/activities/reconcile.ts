import { log } from '@temporalio/activity';
import type { Change } from '../inventory/instances.ts';
import { RECONCILER } from '../inventory/outbox.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { beginningEvents } from '../model/db-instance/modification.ts';
import { isInWindow, parseMaintenanceWindow } from '../model/db-instance/window.ts';
import { isGoneOrBusy } from '../model/gone.ts';
import type { Operation } from '../model/operation/operation.ts';
import type { Progress } from '../providers/provider.ts';
import { describeFindings } from '../reconcile/describe.ts';
import { reconcileInstances } from '../reconcile/round.ts';
import { settleOperation } from '../reconcile/settle.ts';
import { createLimit } from '../system/limit.ts';
import { findLatestRun, isRunOf } from '../temporal/runs.ts';
import { activity } from './activity.ts';
import { requireWorkflowType } from './caller.ts';
import type { ActivityDeps } from './deps.ts';

// The workflow of an operation that began a moment ago may still be starting, or closing.
const GRACE_MS = 30_000;

// This many workflows are looked up at once.
const AT_ONCE = 20;
// The result of a step becomes part of a history, which is limited to two megabytes.
const MAX_LINES = 200;

const reconciler = { requestId: RECONCILER };

function shorten(lines: readonly string[]): string[] {
  return lines.length <= MAX_LINES
    ? [...lines]
    : [...lines.slice(0, MAX_LINES), `and ${lines.length - MAX_LINES} more, see \`cornac inspect\``];
}

/** Begins the modification that waits for the instance's maintenance window, if the window is open. */
function beginWhenOpen({ status, pending, preferredMaintenanceWindow }: Instance): Change {
  const window = parseMaintenanceWindow(preferredMaintenanceWindow);
  const mayGrow = status === 'storage-full' && pending.allocatedStorage !== undefined;
  const waits = Object.keys(pending).length > 0 && (status === 'available' || mayGrow);
  if (!waits || !window || !isInWindow(window, new Date())) return {};
  const { caCertificateIdentifier, ...modification } = pending;
  return {
    patch: { pending: {}, ...(caCertificateIdentifier !== undefined && { caCertificateIdentifier }) },
    ...(Object.keys(modification).length > 0 && {
      operation: { type: 'modifyDbInstance', input: { modification } },
      events: beginningEvents(modification),
    }),
  };
}

/**
 * Steps of the reconciler. Each returns what it did or found, for the Web UI: names, and no data of an
 * instance. They read no argument and do nothing that the next round would not do, so any client of Temporal
 * may run them.
 */
export function reconcileActivities({
  config,
  inventory,
  provider,
  guest,
  temporal,
}: Pick<ActivityDeps, 'config' | 'inventory' | 'provider' | 'guest' | 'temporal'>) {
  const reconcileOperation = async (operation: Operation): Promise<string[]> => {
    const { id, resource, type } = operation;
    const run = await findLatestRun(temporal, resource.id);
    const isOwn = run !== undefined && isRunOf(run, operation, config.temporal.taskQueue);
    if (isOwn && run.status === 'RUNNING') return [];
    if (isOwn && run.status !== 'COMPLETED') {
      const reason = `its workflow was ${run.status.toLowerCase()}`;
      await settleOperation(inventory, { provider, guest }, operation, reason);
      return [`${resource.name}: ${type} ended, ${reason}`];
    }
    const reopened = await inventory.operations.reopen(id);
    return reopened ? [`${resource.name}: ${type} had no workflow and is started again`] : [];
  };

  const step = <Result>(run: (progress: Progress) => Promise<Result>): (() => Promise<Result>) =>
    activity((progress) => {
      requireWorkflowType('reconcile');
      return run(progress);
    });

  return {
    /**
     * Operations whose workflow is lost go back to the outbox. Operations whose workflow was ended from
     * outside fail.
     */
    reconcileOperations: step(async (): Promise<string[]> => {
      const before = Date.now() - GRACE_MS;
      const running = await inventory.operations.listOpen(['running']);
      const old = running.filter(({ startedAt, createdAt }) => (startedAt ?? createdAt).getTime() < before);
      const limit = createLimit(AT_ONCE);
      return shorten((await Promise.all(old.map((each) => limit(() => reconcileOperation(each))))).flat());
    }),

    /** Begins to recover instances that should be up and are not. Reports what a person must look at. */
    reconcileInstances: step(async ({ signal }): Promise<string[]> => {
      const { findings } = await reconcileInstances(
        inventory,
        { provider, guest },
        {
          call: reconciler,
          signal,
          onHeldBack: (reason) =>
            reason === null
              ? log.info('recovery of DB instances continues')
              : log.error(`recovery of DB instances is held back: ${reason}`),
        },
      );
      return shorten(await describeFindings(inventory, findings));
    }),

    /**
     * Begins modifications that wait for their instance's maintenance window, where the window is open, brings
     * changed parameters to running servers, promotes read replicas whose source is gone, and begins what is due of
     * automated backups.
     */
    beginMaintenance: step(async (): Promise<string[]> => {
      const begun: string[] = [];
      const room = await inventory.outbox.findRoomToBegin();
      const waiting = (await inventory.instances.list()).filter(
        ({ pending }) => Object.keys(pending).length > 0,
      );
      for (const { dbiResourceId, identifier } of waiting) {
        if (begun.length >= room) break;
        try {
          const { change } = await inventory.instances.change({ dbiResourceId }, reconciler, beginWhenOpen);
          if (change.patch) begun.push(identifier);
        } catch (error) {
          if (!isGoneOrBusy(error)) throw error;
        }
      }
      const changed = await inventory.parameterUpkeep.begin(reconciler);
      const promoted = await inventory.replicaUpkeep.begin(reconciler);
      return [...begun, ...changed, ...promoted, ...(await inventory.backupUpkeep.begin(reconciler))];
    }),

    pruneInventory: step((): Promise<void> => inventory.prune(new Date())),
  };
}

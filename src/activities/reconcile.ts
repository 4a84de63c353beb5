import { event } from '../model/event.ts';
import type { Operation } from '../model/operation.ts';
import { isInWindow, parseMaintenanceWindow } from '../model/window.ts';
import { describeFinding } from '../reconcile/compare.ts';
import { recoverInstances } from '../reconcile/recover.ts';
import { survey } from '../reconcile/survey.ts';
import { findLatestRun } from '../temporal/runs.ts';
import { activity } from './activity.ts';
import type { ActivityDeps } from './deps.ts';

// An operation that was dispatched a moment ago may be ahead of what Temporal's visibility says.
const GRACE_MS = 30_000;

const reconciler = { requestId: 'reconciler' };

/** Steps of the reconciler. Each tells what it did or found, for the Web UI. */
export const reconcileActivities = ({
  inventory,
  provider,
  temporal,
}: Pick<ActivityDeps, 'inventory' | 'provider' | 'temporal'>) => {
  const reconcileOperation = async ({
    id,
    dbiResourceId,
    type,
    identifier,
  }: Operation): Promise<string[]> => {
    const run = await findLatestRun(temporal, dbiResourceId);
    if (run?.operationId === id && run.status === 'RUNNING') return [];
    if (run?.operationId === id && run.status !== 'COMPLETED') {
      const reason = `its workflow was ${run.status.toLowerCase()}`;
      const told = event('RDS-EVENT-0031', `${type} did not succeed: ${reason}`);
      await inventory.operations.fail(
        { operationId: id, dbiResourceId },
        { status: 'failed', events: [told] },
        reason,
      );
      return [`${identifier}: ${type} is over, ${reason}`];
    }
    await inventory.operations.reopen(id);
    return [`${identifier}: ${type} had no workflow, started again`];
  };

  return {
    /** Operations whose workflow is lost go back to the outbox; those whose workflow was ended from outside fail. */
    reconcileOperations: activity(async (): Promise<string[]> => {
      const before = Date.now() - GRACE_MS;
      const running = await inventory.operations.listOpen(['running']);
      const old = running.filter(({ createdAt }) => createdAt.getTime() < before);
      return (await Promise.all(old.map(reconcileOperation))).flat();
    }),

    /** Instances that should be up and are not are brought back; what a person must look at is reported. */
    reconcileInstances: activity(async (): Promise<string[]> => {
      const findings = await survey(inventory, provider);
      await recoverInstances(inventory, findings, reconciler);
      return findings.map(describeFinding);
    }),

    /** Modifications that wait for their instance's maintenance window begin when it is open. */
    beginMaintenance: activity(async (): Promise<string[]> => {
      const begun: string[] = [];
      const waiting = (await inventory.instances.list()).filter(
        ({ pending }) => Object.keys(pending).length > 0,
      );
      for (const { dbiResourceId, identifier } of waiting) {
        await inventory.instances.change({ dbiResourceId }, reconciler, ({ status, pending, settings }) => {
          const window = parseMaintenanceWindow(settings.preferredMaintenanceWindow);
          const waits = Object.keys(pending).length > 0 && status === 'available';
          if (!waits || !window || !isInWindow(window, new Date())) return {};
          begun.push(identifier);
          return {
            patch: { pending: {} },
            operation: { type: 'modifyDbInstance', input: { modification: pending } },
          };
        });
      }
      return begun;
    }),

    pruneInventory: activity((): Promise<void> => inventory.prune(new Date())),
  };
};

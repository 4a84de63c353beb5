import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { Config } from '../config/config.ts';
import { isDatabaseUnavailable } from '../inventory/database/client.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { type Operation, type OperationRef, operationRef } from '../model/operation/operation.ts';
import { type OperationStep, refuseStep } from '../model/operation/operation-steps.ts';
import type { FactsPatch } from '../model/server/facts.ts';
import { hostTaskQueue } from '../model/server/host-task-queue.ts';
import type { Progress } from '../providers/provider.ts';
import { activity } from './activity.ts';
import { readInventoryId, readRef } from './arguments.ts';
import { currentCaller, leaveToOthers, refuseCaller } from './caller.ts';
import { patiently } from './patiently.ts';
import { publicFailure } from './public-failure.ts';

/** What a step works with. All of it is from the inventory, nothing from the workflow. */
export interface StepCall {
  readonly ref: OperationRef;
  readonly operation: Operation;
  readonly progress: Progress;
  /** The arguments as they came. Believe nothing of them. */
  readonly args: readonly unknown[];
}

/** A step of the operation that holds the instance. */
export interface HeldCall extends StepCall {
  readonly instance: Instance;
  /** Writes what the step has found or done. */
  record(facts: FactsPatch): Promise<void>;
}

interface Options<Result> {
  /** The answer where the operation has succeeded already: a last step may run twice. Without one it is refused. */
  readonly done?: () => Result;
  /** Whether the step waits for the inventory by itself, see `patiently`. */
  readonly patient?: boolean;
}

type Step<Rest extends unknown[], Result> = (ref: OperationRef, ...rest: Rest) => Promise<Result>;

/** Progress that remembers in the inventory what a step wants to resume with: heartbeats can be forged. */
function resumable(progress: Progress, step: OperationStep, call: Pick<HeldCall, 'operation' | 'record'>) {
  let noted: Promise<void> = Promise.resolve();
  const { resume } = call.operation.facts;
  const report: Progress['report'] = (message, value) => {
    progress.report(message);
    // The step does without it where it cannot be written.
    if (value !== undefined) noted = call.record({ resume: { step, value } }).catch(() => {});
  };
  return {
    progress: { ...progress, report, ...(resume?.step === step && { resume: resume.value }) },
    settled: () => noted,
  };
}

/**
 * Makes the activities of operations. Each looks up operation and instance in the inventory, and works only for the
 * workflow of an operation that is open, holds the instance and has this step. Why: docs/decisions/0008.
 */
export function createOperationActivities({
  inventory,
  config,
}: {
  readonly inventory: Inventory;
  readonly config: Pick<Config, 'temporal'>;
}) {
  const { operations } = inventory;

  const look = async (step: OperationStep, args: readonly unknown[], ask: typeof patiently, p: Progress) => {
    const caller = currentCaller();
    const { workflowId } = caller;
    const named = readRef(args);
    if (workflowId === undefined) return refuseCaller('it is called by no workflow');
    if (named && named.dbiResourceId !== workflowId) return refuseCaller('it names another resource');
    const found = await ask(p, () => operations.look({ dbiResourceId: workflowId, ...named }));
    const inventoryId = readInventoryId(args);
    if (inventoryId !== undefined && inventoryId !== (await ask(p, () => inventory.identify()))) {
      if (!found.operation) return leaveToOthers();
      // Ours it is. Who says otherwise is no gateway.
      return refuseCaller('it says that it is of another inventory');
    }
    const refusal = refuseStep(step, caller, found.operation);
    if (!found.operation || refusal) return refuseCaller(refusal ?? 'there is no such operation');
    return { ...found, operation: found.operation };
  };

  /** In the queue of a host only that host's machines are looked after: others would take the slots of its steps. */
  const requireQueue = ({ host }: Instance): void => {
    const { taskQueue } = config.temporal;
    const own = [taskQueue, ...(host === null ? [] : [hostTaskQueue(taskQueue, host)])];
    if (!own.includes(Context.current().info.taskQueue)) refuseCaller('it is in the queue of another host');
  };

  /** Runs a step, and keeps or takes back why it failed. */
  const runRecorded = async <Result>(
    { operation, progress }: Pick<StepCall, 'operation' | 'progress'>,
    record: HeldCall['record'],
    run: () => Promise<Result>,
  ): Promise<Result> => {
    const { activityId } = Context.current().info;
    try {
      const result = await run();
      // Of this very step: that of another one may be why the operation is on its way back.
      if (operation.facts.failure?.activityId === activityId) await record({ failure: null });
      return result;
    } catch (error) {
      const isPassing = error instanceof CancelledFailure || isDatabaseUnavailable(error);
      // The failure itself matters more than that it can be written.
      if (!progress.signal.aborted && !isPassing) {
        await record({ failure: { activityId, text: publicFailure(error) } }).catch(() => {});
      }
      throw error;
    }
  };

  return {
    /** A step that an operation may also take when it has ended or another one has overtaken it. */
    own: <Rest extends unknown[], Result>(
      step: OperationStep,
      run: (call: StepCall) => Promise<Result>,
    ): Step<Rest, Result> =>
      activity(async (progress, ...args: [OperationRef, ...Rest]) => {
        const { operation } = await look(step, args, (_, ask) => ask(), progress);
        const call: StepCall = { ref: operationRef(operation), operation, progress, args };
        return runRecorded(
          call,
          (facts) => operations.record(call.ref, facts),
          () => run(call),
        );
      }),

    /** A step of an operation that is open and holds its instance. */
    held: <Rest extends unknown[], Result>(
      step: OperationStep,
      run: (call: HeldCall) => Promise<Result>,
      { done, patient = false }: Options<Result> = {},
    ): Step<Rest, Result> =>
      activity(async (outer, ...args: [OperationRef, ...Rest]) => {
        const ask: typeof patiently = patient ? patiently : (_, work) => work();
        const { operation, instance } = await look(step, args, ask, outer);
        if (done && operation.state === 'succeeded') return done();
        const isOpen = operation.state === 'pending' || operation.state === 'running';
        if (!isOpen || instance?.operationId !== operation.id) {
          return refuseCaller('the operation does not hold the instance');
        }
        requireQueue(instance);
        const ref = operationRef(operation);
        const record = (facts: FactsPatch) => ask(outer, () => operations.record(ref, facts));
        const { progress, settled } = resumable(outer, step, { operation, record });
        const call: HeldCall = { ref, operation, instance, progress, args, record };
        return runRecorded(call, record, () => run(call)).finally(settled);
      }),
  };
}

export type OperationActivities = ReturnType<typeof createOperationActivities>;

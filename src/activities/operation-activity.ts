import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { Config } from '../config/config.ts';
import { isDatabaseUnavailable } from '../inventory/database/client.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Found } from '../inventory/operations.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import type { Snapshot } from '../model/db-snapshot/snapshot.ts';
import { type Operation, type OperationRef, operationRef } from '../model/operation/operation.ts';
import { type OperationStep, refuseStep } from '../model/operation/operation-steps.ts';
import type { FactsPatch } from '../model/server/facts.ts';
import { hostTaskQueue } from '../model/server/host-task-queue.ts';
import type { Progress } from '../providers/provider.ts';
import { activity } from './activity.ts';
import { readInventoryId, readRef } from './arguments.ts';
import { currentCaller, leaveToOthers, refuseCaller } from './caller.ts';
import { publicFailure } from './public-failure.ts';
import { retryWhileInventoryDown } from './retry-while-inventory-down.ts';

/** The data of a step. All of it is from the inventory, nothing from the workflow. */
export interface StepCall {
  readonly ref: OperationRef;
  readonly operation: Operation;
  readonly progress: Progress;
  /** The arguments as they came. They are not trusted. */
  readonly args: readonly unknown[];
}

/** A step of an operation that holds its resource. */
export interface RecordingCall extends StepCall {
  /** Writes a result of the step. */
  record(facts: FactsPatch): Promise<void>;
}

interface HeldInstance {
  readonly instance: Instance;
  /** The snapshot that the operation holds together with its instance. */
  readonly snapshot?: Snapshot;
}

interface HeldSnapshot {
  readonly snapshot: Snapshot;
}

/** A step of the operation that holds the instance. */
export type HeldCall = RecordingCall & HeldInstance;

/** A step of the operation that holds the snapshot, whether or not its instance exists. */
export type SnapshotCall = RecordingCall & HeldSnapshot;

type FoundOperation = Found & { readonly operation: Operation };

/** The instance that the operation holds as its own resource, and what it holds together with it. */
function heldInstance({ operation, instance, snapshot }: FoundOperation): HeldInstance | undefined {
  if (instance?.operationId !== operation.id) return undefined;
  return { instance, ...(snapshot?.operationId === operation.id && { snapshot }) };
}

/** The snapshot that the operation holds as its own resource. */
function heldSnapshot({ operation, snapshot }: FoundOperation): HeldSnapshot | undefined {
  const isHeld = snapshot?.operationId === operation.id && snapshot.id === operation.resource.id;
  return isHeld ? { snapshot } : undefined;
}

interface Options<Result> {
  /**
   * The result where the operation has already succeeded, because a last step may run twice. Without it the
   * step is refused.
   */
  readonly done?: () => Result;
  /** Whether the step itself waits for the inventory, see `retryWhileInventoryDown`. */
  readonly waitsForInventory?: boolean;
}

type Step<Rest extends unknown[], Result> = (ref: OperationRef, ...rest: Rest) => Promise<Result>;

/** Progress that stores the resume value of a step in the inventory, because heartbeats can be forged. */
function resumable(
  progress: Progress,
  step: OperationStep,
  call: Pick<RecordingCall, 'operation' | 'record'>,
) {
  let noted: Promise<void> = Promise.resolve();
  const { resume } = call.operation.facts;
  const report: Progress['report'] = (message, value) => {
    progress.report(message);
    // The step works without the value where it cannot be written.
    if (value !== undefined) noted = call.record({ resume: { step, value } }).catch(() => {});
  };
  return {
    progress: { ...progress, report, ...(resume?.step === step && { resume: resume.value }) },
    settled: () => noted,
  };
}

/**
 * Makes the activities of operations. Each activity reads operation and instance from the inventory. It works
 * only for the workflow of an operation that is open, holds the instance and has this step. Why:
 * docs/decisions/0008.
 */
export function createOperationActivities({
  inventory,
  config,
}: {
  readonly inventory: Inventory;
  readonly config: Pick<Config, 'temporal'>;
}) {
  const { operations } = inventory;

  const look = async (
    step: OperationStep,
    args: readonly unknown[],
    ask: typeof retryWhileInventoryDown,
    p: Progress,
  ) => {
    const caller = currentCaller();
    const { workflowId } = caller;
    const named = readRef(args);
    if (workflowId === undefined) return refuseCaller('no workflow called it');
    if (named && named.dbiResourceId !== workflowId) return refuseCaller('it names another resource');
    const found = await ask(p, () => operations.look({ dbiResourceId: workflowId, ...named }));
    const inventoryId = readInventoryId(args);
    if (inventoryId !== undefined && inventoryId !== (await ask(p, () => inventory.identify()))) {
      if (!found.operation) return leaveToOthers();
      // The operation is in this inventory, so the argument is not from a gateway.
      return refuseCaller('it names another inventory');
    }
    const refusal = refuseStep(step, caller, found.operation);
    if (!found.operation || refusal) return refuseCaller(refusal ?? 'the operation does not exist');
    return { ...found, operation: found.operation };
  };

  /** A host's queue serves only that host's machines, because others would take the slots of its steps. */
  const requireQueue = (host: string | null): void => {
    const { taskQueue } = config.temporal;
    const own = [taskQueue, ...(host === null ? [] : [hostTaskQueue(taskQueue, host)])];
    if (!own.includes(Context.current().info.taskQueue)) {
      refuseCaller('it came through the queue of another host');
    }
  };

  /** Runs a step. Records why it failed, and clears its own failure after a success. */
  const runRecorded = async <Result>(
    { operation, progress }: Pick<StepCall, 'operation' | 'progress'>,
    record: RecordingCall['record'],
    run: () => Promise<Result>,
  ): Promise<Result> => {
    const { activityId } = Context.current().info;
    try {
      const result = await run();
      // Only the failure of this very step: another step's failure may be the reason why the operation is
      // being undone.
      if (operation.facts.failure?.activityId === activityId) await record({ failure: null });
      return result;
    } catch (error) {
      const isTransient = error instanceof CancelledFailure || isDatabaseUnavailable(error);
      // The failure itself matters more than an error while it is recorded.
      if (!progress.signal.aborted && !isTransient) {
        await record({ failure: { activityId, text: publicFailure(error) } }).catch(() => {});
      }
      throw error;
    }
  };

  /** Makes a step of an open operation. `find` picks what the operation holds, and what the step works with. */
  const holding =
    <Held extends object>(
      find: (found: FoundOperation) => Held | undefined,
      hostOf: (held: Held) => string | null,
    ) =>
    <Rest extends unknown[], Result>(
      step: OperationStep,
      run: (call: RecordingCall & Held) => Promise<Result>,
      { done, waitsForInventory = false }: Options<Result> = {},
    ): Step<Rest, Result> =>
      activity(async (outer, ...args: [OperationRef, ...Rest]) => {
        const ask: typeof retryWhileInventoryDown = waitsForInventory
          ? retryWhileInventoryDown
          : (_, work) => work();
        const found = await look(step, args, ask, outer);
        const { operation } = found;
        if (done && operation.state === 'succeeded') return done();
        const isOpen = operation.state === 'pending' || operation.state === 'running';
        const held = isOpen ? find(found) : undefined;
        if (!held) return refuseCaller('the operation does not hold its resource');
        requireQueue(hostOf(held));
        const ref = operationRef(operation);
        const record = (facts: FactsPatch) => ask(outer, () => operations.record(ref, facts));
        const { progress, settled } = resumable(outer, step, { operation, record });
        const call = { ref, operation, progress, args, record, ...held };
        return runRecorded(call, record, () => run(call)).finally(settled);
      });

  return {
    /** A step that an operation may also take after it has ended or was overtaken. */
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

    /** A step of an open operation that holds its instance. */
    held: holding(heldInstance, ({ instance }) => instance.host),

    /** A step of an open operation that holds its snapshot. It works on no machine. */
    heldSnapshot: holding(heldSnapshot, () => null),
  };
}

export type OperationActivities = ReturnType<typeof createOperationActivities>;

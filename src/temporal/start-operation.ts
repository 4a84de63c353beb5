import {
  type Client,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { Inventory } from '../inventory/inventory.ts';
import { type Operation, operationRef } from '../model/operation/operation.ts';
import { rulesOf, typesWith } from '../model/operation/operation-types.ts';
import { findLatestRun, isRunOf } from './runs.ts';
import { attributesOf } from './search-attributes.ts';
import { isSquatter } from './squatter.ts';

// gRPC's INVALID_ARGUMENT
const INVALID_ARGUMENT = 3;

// A Temporal that does not answer delays the dispatcher by this time at most.
const DEADLINE_MS = 5_000;

const YIELDING: readonly string[] = typesWith(({ yields }) => yields === true);

export interface StartOptions {
  readonly inventory: Pick<Inventory, 'operations' | 'identify'>;
  readonly temporal: Client;
  readonly taskQueue: string;
}

/**
 * Starts the workflow of an operation. Its Workflow Id is the id of the resource that it holds exclusively,
 * and the conflict policy is *fail*, so Temporal ensures that one operation at a time works on a resource.
 * An operation that another one has overtaken is closed, because it must not disturb the workflow of that one.
 * @returns `false` when another run holds the resource. The run of an operation that this one overtakes is
 *   cancelled, a squatter is terminated.
 */
export function startOperation(operation: Operation, options: StartOptions): Promise<boolean> {
  return options.temporal.withDeadline(Date.now() + DEADLINE_MS, () => start(operation, options));
}

function isInvalid(error: unknown): boolean {
  return (
    error instanceof ServiceError &&
    error.cause instanceof Error &&
    'code' in error.cause &&
    error.cause.code === INVALID_ARGUMENT
  );
}

/**
 * Starts the workflow with its search attribute. A namespace where the attribute is missing or has another
 * type refuses that start. The workflow is then started without the attribute, because only the Web UI needs
 * it.
 */
async function startWorkflow(
  operation: Operation,
  { inventory, temporal, taskQueue }: StartOptions,
): Promise<void> {
  const { id: operationId, resource, type } = operation;
  const inventoryId = await inventory.identify();
  const workflow = {
    workflowId: resource.id,
    taskQueue,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
    args: [{ ...operationRef(operation), inventoryId }],
    memo: { operationId },
    staticSummary: `${type} ${resource.name}`,
  };
  const typedSearchAttributes = attributesOf(resource);
  try {
    await temporal.workflow.start(type, { ...workflow, typedSearchAttributes });
  } catch (error) {
    if (!isInvalid(error)) throw error;
    await temporal.workflow.start(type, workflow);
  }
}

async function start(operation: Operation, options: StartOptions): Promise<boolean> {
  const { inventory, temporal, taskQueue } = options;
  const { resource, type } = operation;
  if (!(await inventory.operations.holds(operationRef(operation)))) {
    const run = await findLatestRun(temporal, resource.id);
    // Its workflow closes it.
    if (run?.status === 'RUNNING' && isRunOf(run, operation, taskQueue)) return true;
    await inventory.operations.closeOvertaken(operationRef(operation));
    return false;
  }
  try {
    await startWorkflow(operation, options);
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  const latest = await findLatestRun(temporal, resource.id);
  if (latest && isRunOf(latest, operation, taskQueue)) return true;
  if (latest?.status !== 'RUNNING') return false;
  const handle = temporal.workflow.getHandle(resource.id, latest.runId);
  if (await isSquatter(latest, { inventory, taskQueue, resourceId: resource.id })) {
    await unlessEnded(handle.terminate('not the workflow of an open operation on this resource'));
  } else if (rulesOf(type).overtakes || YIELDING.includes(latest.type)) {
    await unlessEnded(handle.cancel());
  }
  return false;
}

/** Ignores that the run has already ended, because the request wanted its end. */
async function unlessEnded(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

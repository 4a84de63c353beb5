import { type Client, type WorkflowExecutionStatusName, WorkflowNotFoundError } from '@temporalio/client';
import type { Operation } from '../model/operation/operation.ts';
import { hasCode } from '../system/has-code.ts';
import { readPayload } from './payload.ts';

/** The latest run under a Workflow Id. */
export interface Run {
  readonly runId: string;
  /** `RUNNING`, `COMPLETED`, `FAILED`, `CANCELLED`, `TERMINATED`, … */
  readonly status: string;
  /** Workflow type. */
  readonly type: string;
  readonly taskQueue: string;
  /** The operation in the run's memo. Any client may have written it. */
  readonly operationId: string | undefined;
}

/**
 * Whether the run is the workflow of the operation. Any client of Temporal may start a workflow under a
 * resource's id. A run of another type, or in a task queue without our workers, is not the operation's
 * workflow.
 */
export function isRunOf(run: Run, { id, type }: Pick<Operation, 'id' | 'type'>, taskQueue: string): boolean {
  return run.operationId === id && run.type === type && run.taskQueue === taskQueue;
}

// gRPC's NOT_FOUND
const NOT_FOUND = 5;

// The names of temporal.api.enums.v1.WorkflowExecutionStatus, in its order.
const STATUSES: readonly WorkflowExecutionStatusName[] = [
  'UNSPECIFIED',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'TERMINATED',
  'CONTINUED_AS_NEW',
  'TIMED_OUT',
];

/** A run as Temporal describes it. */
export interface DescribedRun extends Omit<Run, 'operationId'> {
  readonly memo: ReadonlyMap<string, unknown>;
}

/**
 * The run, or the latest run under a Workflow Id; undefined where Temporal does not know it (any more). The
 * SDK's `describe` is not used, because it throws where a field of the memo cannot be decoded. Any client of
 * Temporal may start a run with such a memo, and Cornac could not terminate it.
 */
export async function describeRun(
  temporal: Client,
  workflowId: string,
  runId?: string,
): Promise<DescribedRun | undefined> {
  const { namespace } = temporal.options;
  const found = await temporal.workflowService
    .describeWorkflowExecution({ namespace, execution: { workflowId, ...(runId && { runId }) } })
    .catch(async (error: unknown) => {
      if (!hasCode(error, NOT_FOUND)) throw error;
      // The SDK distinguishes a missing workflow from a missing namespace.
      await temporal.workflow.getHandle(workflowId, runId).describe();
      throw error;
    })
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    });
  if (!found) return undefined;
  const { execution, status, type, taskQueue, memo } = found.workflowExecutionInfo ?? {};
  return {
    runId: execution?.runId ?? '',
    status: STATUSES[status ?? 0] ?? 'UNKNOWN',
    type: type?.name ?? '',
    taskQueue: taskQueue ?? '',
    memo: new Map(Object.entries(memo?.fields ?? {}).map(([name, value]) => [name, readPayload(value)])),
  };
}

/** The latest run on the resource; undefined where Temporal does not know one (any more). */
export async function findLatestRun(temporal: Client, resourceId: string): Promise<Run | undefined> {
  const found = await describeRun(temporal, resourceId);
  if (!found) return undefined;
  const { memo, ...run } = found;
  const operationId = memo.get('operationId');
  return { ...run, operationId: typeof operationId === 'string' ? operationId : undefined };
}

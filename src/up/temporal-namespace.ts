import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { msToNumber, msToTs } from '@temporalio/common/lib/time.js';
import { hasCode } from '../system/has-code.ts';

/** How long Temporal keeps ended histories. The Web UI and `cornac watch` read them; Cornac itself needs none. */
const RETENTION = '30 days';
/** The development server's value, which is replaced. Any other value is an operator's choice and stays. */
const OLD_RETENTION = '1 day';
const TRY_MS = 2_000;
const PAUSE_MS = 20;

// gRPC's ALREADY_EXISTS
const ALREADY_EXISTS = 6;
// gRPC's INVALID_ARGUMENT, PERMISSION_DENIED, FAILED_PRECONDITION, UNIMPLEMENTED, UNAUTHENTICATED: a retry
// returns the same error. Other codes are transient. NOT_FOUND is transient because a part of the server may
// not have seen the namespace yet.
const FINAL = new Set([3, 7, 9, 12, 16]);

function passes(error: unknown): boolean {
  return (
    error instanceof Object && 'code' in error && typeof error.code === 'number' && !FINAL.has(error.code)
  );
}

/**
 * Makes the namespace of a Temporal server that has just been started, or keeps an existing one. Resolves
 * when the namespace can be used, which is some time after the server listens. Reports the errors until then
 * to `reportProblem`.
 * @throws the server's error where a retry cannot succeed
 */
export async function ensureNamespace(
  connection: Connection,
  namespace: string,
  signal: AbortSignal,
  reportProblem: (why: string) => void = () => {},
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await connection.withDeadline(Date.now() + TRY_MS, () => ensureOnce(connection, namespace));
      return;
    } catch (error) {
      if (!passes(error)) throw error;
      reportProblem(error instanceof Error ? error.message : String(error));
      await delay(PAUSE_MS, undefined, { signal });
    }
  }
}

async function ensureOnce({ workflowService }: Connection, namespace: string): Promise<void> {
  const workflowExecutionRetentionPeriod = msToTs(RETENTION);
  try {
    // The first request registers the namespace, because the server caches for a second that a namespace is missing.
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  } catch (error) {
    if (!hasCode(error, ALREADY_EXISTS)) throw error;
    const { config } = await workflowService.describeNamespace({ namespace });
    const seconds = Number(String(config?.workflowExecutionRetentionTtl?.seconds));
    if (seconds * 1_000 === msToNumber(OLD_RETENTION)) {
      await workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: workflowExecutionRetentionPeriod },
      });
    }
  }
  // This call fails while a part of the server does not know the namespace.
  await workflowService.countWorkflowExecutions({ namespace });
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { msToNumber, msToTs } from '@temporalio/common/lib/time.js';

/** How long Temporal keeps the history of what is done: for the Web UI and `cornac watch`; Cornac itself needs none. */
const RETENTION = '30 days';
/** What the development server gave, which was Temporal here before. Another one is somebody's wish. */
const OLD_RETENTION = '1 day';
const TRY_MS = 2_000;
const PAUSE_MS = 20;

// gRPC's ALREADY_EXISTS
const ALREADY_EXISTS = 6;
// gRPC's INVALID_ARGUMENT, PERMISSION_DENIED, FAILED_PRECONDITION, UNIMPLEMENTED, UNAUTHENTICATED: the next try gets the same.
// Others pass, NOT_FOUND as well, which a part of the server says that has not seen the namespace yet.
const FINAL = new Set([3, 7, 9, 12, 16]);

function passes(error: unknown): boolean {
  return (
    error instanceof Object && 'code' in error && typeof error.code === 'number' && !FINAL.has(error.code)
  );
}

/**
 * Makes the namespace of a Temporal that has just been started, or keeps the one that is there. Resolves when it can be used:
 * the server listens some time before. Tells `trouble` why it cannot be used yet.
 * @throws what the server says where it will not do it later either
 */
export async function ensureNamespace(
  connection: Connection,
  namespace: string,
  signal: AbortSignal,
  trouble: (why: string) => void = () => {},
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await connection.withDeadline(Date.now() + TRY_MS, () => ensureOnce(connection, namespace));
      return;
    } catch (error) {
      if (!passes(error)) throw error;
      trouble(error instanceof Error ? error.message : String(error));
      await delay(PAUSE_MS, undefined, { signal });
    }
  }
}

async function ensureOnce({ workflowService }: Connection, namespace: string): Promise<void> {
  const workflowExecutionRetentionPeriod = msToTs(RETENTION);
  try {
    // Before anything else asks for it: that there is none would be remembered for a second.
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  } catch (error) {
    if (!(error instanceof Object && 'code' in error && error.code === ALREADY_EXISTS)) throw error;
    const { config } = await workflowService.describeNamespace({ namespace });
    const seconds = Number(String(config?.workflowExecutionRetentionTtl?.seconds));
    if (seconds * 1_000 === msToNumber(OLD_RETENTION)) {
      await workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: workflowExecutionRetentionPeriod },
      });
    }
  }
  // Is refused as long as a part of the server does not know the namespace.
  await workflowService.countWorkflowExecutions({ namespace });
}

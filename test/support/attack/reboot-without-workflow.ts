import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { Instance } from '../../../src/model/db-instance/instance.ts';
import type { OperationRef } from '../../../src/model/operation/operation.ts';
import { findLatestRun } from '../../../src/temporal/runs.ts';
import type { World } from '../world.ts';
import { begin } from '../world-operations.ts';
import type { Stranger } from './stranger.ts';

/** Starts a reboot of the victim, and ends its workflow before a step has touched the machine. */
export async function rebootWithoutWorkflow(
  world: World,
  stranger: Stranger,
  victim: Instance,
): Promise<OperationRef> {
  const { dbiResourceId } = victim;
  world.interfere(dbiResourceId, async (step, run) => {
    if (step === 'startMachine') throw ApplicationFailure.retryable('not yet');
    return run();
  });
  const { operationId } = await begin(world, victim, { operation: { type: 'rebootDbInstance' } });
  while ((await findLatestRun(world.temporal, dbiResourceId))?.operationId !== operationId) await delay(50);
  await stranger.client.workflow.getHandle(dbiResourceId).terminate();
  world.interfere(dbiResourceId, undefined);
  return { operationId: operationId ?? '', dbiResourceId };
}

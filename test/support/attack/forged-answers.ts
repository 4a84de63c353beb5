import { Worker } from '@temporalio/worker';
import type { Instance } from '../../../src/model/db-instance/instance.ts';
import { operationSteps } from '../../../src/model/operation/operation-steps.ts';
import { workflowSource } from '../../../src/processes/workflow-bundle.ts';
import type { World } from '../world.ts';
import { CANARY } from './attempts.ts';
import type { Stranger } from './stranger.ts';

/** A worker with Cornac's own workflows and without activities. Returns the function that stops it. */
export async function runWorkflows(world: World) {
  const worker = await Worker.create({
    connection: world.environment.nativeConnection,
    taskQueue: world.taskQueue,
    ...workflowSource(),
  });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
  };
}

/** Answers each of Cornac's steps as done, with every value that a forger may invent. */
export function forgedAnswers({ trap }: Stranger, victim: Instance) {
  const { masterUsername, dbName, port, identifier, dbiResourceId } = victim;
  const instance = {
    dbiResourceId,
    identifier,
    dbInstanceClass: 'db.t2.large',
    allocatedStorage: 99,
    masterUsername,
    dbName,
    port,
    machine: 'cornac-forged',
    engineVersion: '9.6',
  };
  const forged = {
    ...trap,
    instance,
    modification: { allocatedStorage: 99, dbInstanceClass: 'db.t2.large', masterPassword: true },
    restartNeeded: false,
    notes: [CANARY],
    address: '127.66.6.6',
    engineVersion: '9.6',
  };
  const names = new Set(Object.values(operationSteps).flat());
  return Object.fromEntries([...names].map((name) => [name, async () => forged as unknown]));
}

import pg from 'pg';
import type { World } from '../world.ts';

/** Runs a round of the reconciler with the running operation dated back, as if it had begun long ago. */
export async function reconcile(world: World, workflowId: string) {
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  await client.query(`UPDATE operation SET created_at = created_at - interval '1 minute',
    started_at = started_at - interval '1 minute' WHERE state = 'running'`);
  await client.end();
  await world.temporal.workflow.execute('reconcile', { workflowId, taskQueue: world.taskQueue });
}

/** Does this while a worker of Cornac runs. */
export async function withWorker<T>(world: World, work: () => Promise<T>): Promise<T> {
  const worker = await world.startWorker();
  return work().finally(() => worker.stop());
}

import type { Client } from '@temporalio/client';

// temporal.api.enums.v1.TaskQueueType: workflow, activity
const TYPES = [1, 2] as const;

type Service = Client['workflowService'];
type Described = Awaited<ReturnType<Service['describeTaskQueue']>>;

/** Removes what another client has set on a queue. @returns what was removed, for the log */
async function freeQueue(
  { workflowService, options: { namespace } }: Client,
  taskQueue: string,
  taskQueueType: (typeof TYPES)[number],
  { versioningInfo, config }: Described,
): Promise<string[]> {
  const freed: string[] = [];
  const current = versioningInfo?.currentDeploymentVersion?.deploymentName;
  if (current) {
    // Without a build id workers without a version get the tasks again.
    await workflowService.setWorkerDeploymentCurrentVersion({
      namespace,
      deploymentName: current,
      ignoreMissingTaskQueues: true,
    });
    freed.push(`its tasks went to workers of the deployment ${current}`);
  }
  const ramping = versioningInfo?.rampingDeploymentVersion?.deploymentName;
  if (ramping) {
    await workflowService.setWorkerDeploymentRampingVersion({
      namespace,
      deploymentName: ramping,
      percentage: 0,
      ignoreMissingTaskQueues: true,
    });
    freed.push(`a part of its tasks went to workers of the deployment ${ramping}`);
  }
  if (config?.queueRateLimit?.rateLimit) {
    const updateQueueRateLimit = { reason: 'Cornac sets no limit' };
    await workflowService.updateTaskQueueConfig({
      namespace,
      taskQueue,
      taskQueueType,
      updateQueueRateLimit,
    });
    freed.push('a limit was set on it');
  }
  return freed;
}

/**
 * Gives task queues back to our workers. Any client of Temporal may route a queue's tasks to another
 * deployment or limit the queue's rate to zero. Temporal keeps such a setting, and no operation would ever
 * continue.
 * @returns what was removed
 */
export async function freeQueues(temporal: Client, taskQueues: readonly string[]): Promise<string[]> {
  const { namespace } = temporal.options;
  const freed: string[] = [];
  for (const name of taskQueues) {
    for (const taskQueueType of TYPES) {
      const request = { namespace, taskQueue: { name }, taskQueueType, reportConfig: true };
      const described = await temporal.workflowService.describeTaskQueue(request);
      const found = await freeQueue(temporal, name, taskQueueType, described);
      freed.push(...found.map((what) => `${name}: ${what}`));
    }
  }
  return freed;
}

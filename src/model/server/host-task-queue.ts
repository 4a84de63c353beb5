/**
 * The task queue of a host: there all steps wait that a machine on it is to take, and only for each other. Gateways,
 * workflows and workers of one Cornac come to the same name by themselves.
 * @param taskQueue TEMPORAL_TASK_QUEUE
 */
export function hostTaskQueue(taskQueue: string, host: string): string {
  return `${taskQueue}-${host}`;
}

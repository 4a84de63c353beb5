/**
 * The task queue of a host. Every step on a machine of this host uses it, so a host that hangs delays only
 * its own machines. Gateways, workflows and workers of one Cornac derive the same name.
 * @param taskQueue TEMPORAL_TASK_QUEUE
 */
export function hostTaskQueue(taskQueue: string, host: string): string {
  return `${taskQueue}-${host}`;
}

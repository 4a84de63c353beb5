import { ConfigError } from '../config/config-error.ts';

/** The task queue of the settings is that of another inventory: each would take, and lose, the other's operations. */
export class TaskQueueTaken extends ConfigError {
  constructor({
    taskQueue,
    namespace,
    scheduleId,
  }: {
    readonly taskQueue: string;
    readonly namespace: string;
    readonly scheduleId: string;
  }) {
    super([
      `TEMPORAL_TASK_QUEUE: in the namespace ${namespace}, ${taskQueue} is the task queue of another Cornac, with another inventory; expected one for each`,
      `Give this one another TEMPORAL_TASK_QUEUE. If the other inventory is gone for good, delete its Schedule: temporal schedule delete --schedule-id ${scheduleId}`,
    ]);
  }
}

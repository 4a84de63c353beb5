import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';

/**
 * Makes the Schedule that runs the reconciler of a task queue. One that is there keeps its times, and whether it is paused: a
 * person may have changed them. What it runs is ours to say. It is called by its queue: two Cornacs in one namespace have a
 * reconciler each, and so has one whose queue was given another name.
 */
export const ensureReconcileSchedule = async (temporal: Client, taskQueue: string): Promise<void> => {
  const id = `${taskQueue}-reconcile`;
  const action = {
    type: 'startWorkflow',
    workflowType: 'reconcile',
    workflowId: id,
    taskQueue,
    args: [],
    // Longer than its steps may take. The next round waits for this one, and who has answered its tasks nobody knows.
    workflowExecutionTimeout: '30 minutes',
    staticSummary: 'Compare promises, workflows and machines',
  } as const;
  try {
    await temporal.schedule.create({
      scheduleId: id,
      spec: { intervals: [{ every: '2 minutes' }] },
      // Missed while Temporal was down: the next one sees everything anyway.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action,
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await temporal.schedule.getHandle(id).update((found) => ({ ...found, action }));
  }
};

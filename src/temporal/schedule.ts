import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';

/**
 * Makes the Schedule that runs the reconciler of a task queue, unless it is there; a person may have paused or changed
 * it. It is called by its queue: two Cornacs in one namespace have a reconciler each, and so has one whose queue was given
 * another name.
 */
export const ensureReconcileSchedule = async (temporal: Client, taskQueue: string): Promise<void> => {
  const id = `${taskQueue}-reconcile`;
  try {
    await temporal.schedule.create({
      scheduleId: id,
      spec: { intervals: [{ every: '2 minutes' }] },
      // Missed while Temporal was down: the next one sees everything anyway.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action: {
        type: 'startWorkflow',
        workflowType: 'reconcile',
        workflowId: id,
        taskQueue,
        staticSummary: 'Compare promises, workflows and machines',
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
};

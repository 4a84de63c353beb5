import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';

const SCHEDULE_ID = 'cornac-reconcile';

/** Makes the Schedule that runs the reconciler, unless it is there; a person may have paused or changed it. */
export const ensureReconcileSchedule = async (temporal: Client, taskQueue: string): Promise<void> => {
  try {
    await temporal.schedule.create({
      scheduleId: SCHEDULE_ID,
      spec: { intervals: [{ every: '2 minutes' }] },
      // Missed while Temporal was down: the next one sees everything anyway.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action: {
        type: 'startWorkflow',
        workflowType: 'reconcile',
        workflowId: SCHEDULE_ID,
        taskQueue,
        staticSummary: 'Compare promises, workflows and machines',
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
};

import { defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { Step } from '../model/operation/step.ts';

/** The progress of an operation: its steps in the order in which they began. */
export const stepsQuery = defineQuery<Step[]>('steps');

type StepActivity<Args extends unknown[], Result> = {
  executeWithOptions(options: { summary: string }, args: Args): Promise<Result>;
};

/** Runs one activity as a named step of the runbook. */
export type RunStep = <Args extends unknown[], Result>(
  name: string,
  activity: StepActivity<Args, Result>,
  ...args: Args
) => Promise<Result>;

const marks = { running: '▸', done: '✓', failed: '✗' } as const;

function details(steps: readonly Step[]): string {
  return steps.map(({ name, state }) => `- ${marks[state]} ${name}`).join('\n');
}

/** A runbook that can be watched. Its steps are visible in the Web UI and answer the query `steps`. */
export function createRunbook(): RunStep {
  const steps: Step[] = [];
  setHandler(stepsQuery, () => steps);
  return async (name, activity, ...args) => {
    const index = steps.push({ name, state: 'running', startedAt: Date.now() }) - 1;
    const end = (state: 'done' | 'failed') => {
      steps[index] = { ...(steps[index] as Step), state, endedAt: Date.now() };
      setCurrentDetails(details(steps));
    };
    setCurrentDetails(details(steps));
    try {
      const result = await activity.executeWithOptions({ summary: name }, args);
      end('done');
      return result;
    } catch (error) {
      end('failed');
      throw error;
    }
  };
}

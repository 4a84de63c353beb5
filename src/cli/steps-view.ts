import type { Step } from '../workflows/steps.ts';
import type { Terminal } from './terminal.ts';

export interface StepsView {
  /** Shows the steps as they are now. */
  update(steps: readonly Step[]): void;
}

const marks = { running: '▸', done: '✓', failed: '✗' } as const;
const colours = { running: 'cyan', done: 'green', failed: 'red' } as const;

/** Steps of an operation: a list that lives on a terminal, elsewhere a line for each step that has ended. */
export const createStepsView = (terminal: Terminal, now: () => number = Date.now): StepsView => {
  let told = 0;
  const line = (step: Step) => {
    const seconds = ((step.endedAt ?? now()) - step.startedAt) / 1_000;
    return `  ${terminal.style(colours[step.state], marks[step.state])} ${step.name.padEnd(40)} ${seconds.toFixed(1).padStart(6)} s`;
  };
  return {
    update(steps) {
      if (terminal.interactive) {
        terminal.rewrite(steps.map(line));
        return;
      }
      for (let next = steps[told]; next !== undefined && next.state !== 'running'; next = steps[told]) {
        terminal.say(line(next));
        told++;
      }
    },
  };
};

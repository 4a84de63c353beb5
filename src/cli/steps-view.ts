import { oneLine } from '../system/one-line.ts';
import type { WatchedStep } from '../temporal/steps.ts';
import type { Terminal } from './terminal.ts';

export interface StepsView {
  /** Shows the steps as they are now. */
  update(steps: readonly WatchedStep[]): void;
}

const marks = { running: '▸', done: '✓', failed: '✗' } as const;
const colours = { running: 'cyan', done: 'green', failed: 'red' } as const;

/** Where lines cannot be rewritten, the state of a step is printed only once it has lasted this long. */
const MIN_DURATION_MS = 3_000;

/**
 * The steps of an operation. On a terminal: a list that is rewritten. Elsewhere: a line for each step that
 * has ended, is retried, or has waited for MIN_DURATION_MS.
 */
export function createStepsView(terminal: Terminal, now: () => number = Date.now): StepsView {
  let printedSteps = 0;
  let printedRetry = '';
  let waiting = { line: '', since: 0, isPrinted: false };
  const line = (step: WatchedStep) => {
    const seconds = ((step.endedAt ?? now()) - step.startedAt) / 1_000;
    return `  ${terminal.style(colours[step.state], marks[step.state])} ${step.name.padEnd(40)} ${seconds.toFixed(1).padStart(6)} s`;
  };
  // A wrapped line takes two lines of the terminal, but `rewrite` counts one.
  const fit = (text: string): string => (terminal.interactive ? text.slice(0, terminal.columns - 1) : text);
  const retryLine = ({ retry }: WatchedStep): string[] => {
    if (!retry) return [];
    const text = `    attempt ${retry.attempt}, previous attempt failed: ${oneLine(retry.reason)}`;
    return [terminal.style('red', fit(text))];
  };
  const nowLine = ({ now: text }: WatchedStep): string[] => (text ? [fit(`    ${oneLine(text)}`)] : []);
  /** Prints a state that lasts once, and again after another state. */
  const printWaiting = (steps: readonly WatchedStep[]): void => {
    const [line = ''] = steps.flatMap(nowLine);
    if (line !== waiting.line) waiting = { line, since: now(), isPrinted: false };
    if (line === '' || waiting.isPrinted || now() - waiting.since < MIN_DURATION_MS) return;
    waiting.isPrinted = true;
    terminal.info(line);
  };
  /** One segment for each step, and the time so far. The number of steps to come is unknown. */
  const barLine = (steps: readonly WatchedStep[]): string[] => {
    const [first] = steps;
    if (!first) return [];
    const ended = steps.filter(({ state }) => state !== 'running').length;
    const until = Math.max(...steps.map(({ endedAt }) => endedAt ?? now()));
    const bar = '━━'.repeat(ended) + (ended < steps.length ? '╸' : '');
    const time = ((until - first.startedAt) / 1_000).toFixed(1);
    return [`  ${terminal.style('cyan', bar)} ${ended} ${ended === 1 ? 'step' : 'steps'} in ${time} s`];
  };
  return {
    update(steps) {
      if (terminal.interactive) {
        const lines = steps.flatMap((step) => [line(step), ...retryLine(step), ...nowLine(step)]);
        terminal.rewrite([...lines, ...barLine(steps)]);
        return;
      }
      for (
        let next = steps[printedSteps];
        next !== undefined && next.state !== 'running';
        next = steps[printedSteps]
      ) {
        terminal.info(line(next));
        printedSteps++;
      }
      const [retry] = steps.flatMap(retryLine);
      if (retry !== undefined && retry !== printedRetry) terminal.info(retry);
      printedRetry = retry ?? '';
      printWaiting(steps);
    },
  };
}

import type { CheckResult } from '../providers/provider.ts';
import type { Terminal } from './terminal.ts';

const marks = { right: '✓', wrong: '✗', unknown: '?' } as const;
const colours = { right: 'green', wrong: 'red', unknown: 'yellow' } as const;
const WIDTH = 'VCENTER_RESOURCE_POOL'.length;

/** Prints a result, and below it what to do. */
export const printCheck = (terminal: Terminal, { what, state, found, next }: CheckResult): void => {
  terminal.print(`  ${terminal.style(colours[state], marks[state])} ${what.padEnd(WIDTH)}  ${found}`);
  if (next) terminal.print(`      ${next}`);
};

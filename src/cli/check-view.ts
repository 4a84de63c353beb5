import type { CheckResult } from '../providers/provider.ts';
import { oneLine } from '../system/one-line.ts';
import type { Terminal } from './terminal.ts';

const marks = { right: '✓', wrong: '✗', unknown: '?' } as const;
const colours = { right: 'green', wrong: 'red', unknown: 'yellow' } as const;
const WIDTH = 'VCENTER_RESOURCE_POOL'.length;

/** Prints a result and, below it, the advice. */
export function printCheck(terminal: Terminal, { what, state, found, next }: CheckResult): void {
  const mark = terminal.style(colours[state], marks[state]);
  terminal.print(`  ${mark} ${whole(what).padEnd(WIDTH)}  ${whole(found)}`);
  if (next) terminal.print(`      ${whole(next)}`);
}

/** Long names and advice are not cut. */
function whole(text: string): string {
  return oneLine(text, Number.POSITIVE_INFINITY);
}

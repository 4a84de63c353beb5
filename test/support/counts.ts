import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The figures of the attack, chaos and cluster suites. `tried` and the `acknowledged` figures show that a
 * suite did something. Each of the other figures must end as 0 (`mustBeZero`).
 */
export type Figure =
  | 'tried'
  | 'accepted'
  | '5xx'
  | 'canaries'
  | 'operations acknowledged'
  | 'operations lost'
  | 'rows acknowledged'
  | 'rows missing'
  | 'left over'
  | 'help needed';

export const mustBeZero: readonly Figure[] = [
  'accepted',
  '5xx',
  'canaries',
  'operations lost',
  'rows missing',
  'left over',
  'help needed',
];

const counts = new Map<Figure, number>();

/** Adds `by` to a figure. `count(figure, 0)` reports the figure even where it stays 0. */
export function count(figure: Figure, by = 1): void {
  counts.set(figure, (counts.get(figure) ?? 0) + by);
}

// `scripts/counts.ts` adds up the files that the processes of a suite have left in this directory.
const directory = process.env.CORNAC_COUNTS;
if (directory !== undefined) {
  process.once('exit', () =>
    writeFileSync(join(directory, `${process.pid}.json`), JSON.stringify(Object.fromEntries(counts))),
  );
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Figure, mustBeZero } from '../test/support/counts.ts';

// node --import tsx scripts/counts.ts NAME DIRECTORY: adds up the figures that the processes of a suite have
// left in DIRECTORY and prints them as its last line. Exits with 1 when a figure that must be 0 is not, or
// nothing was tried.
const [name = '', directory = ''] = process.argv.slice(2);
const totals = new Map<Figure, number>();
for (const file of await readdir(directory)) {
  const counts: Partial<Record<Figure, number>> = JSON.parse(await readFile(join(directory, file), 'utf8'));
  for (const [figure, value] of Object.entries(counts) as [Figure, number][]) {
    totals.set(figure, (totals.get(figure) ?? 0) + value);
  }
}
console.log(`${name}: ${[...totals].map(([figure, value]) => `${figure} ${value}`).join(', ')}`);
const isBad = mustBeZero.some((figure) => (totals.get(figure) ?? 0) !== 0);
const didSomething = [...totals].some(([figure, value]) => !mustBeZero.includes(figure) && value > 0);
if (isBad || !didSomething) process.exitCode = 1;

import { readFileSync } from 'node:fs';
import { allowedSkips } from './skips.mjs';

// node totals.mjs TOTALS VERDICT: prints the failures of all parts again, because only the end of a long output may
// be at hand, then a line with the counts of all parts, and a last line with the
// verdict, the skips and their reasons. Tests that one part leaves to another part that ran are not listed.
const [totals, verdict] = process.argv.slice(2);
const parts = readFileSync(totals, 'utf8').trim().split('\n').filter(Boolean).map(JSON.parse);
function sum(figure) {
  return parts.reduce((total, part) => total + part[figure], 0);
}

function ran(name) {
  return parts.some(({ part, passed }) => part === name && passed > 0);
}
function isRunElsewhere(part, reason) {
  return allowedSkips.some((each) => each.part === part && each.reason.test(reason) && ran(each.runBy));
}

const told = parts.flatMap(({ part, skips }) =>
  [...new Set(skips)]
    .filter((reason) => !isRunElsewhere(part, reason))
    .map((reason) => {
      const times = skips.filter((each) => each === reason).length;
      return `${part}${times > 1 ? `, ${times} times` : ''} (${reason || 'no reason given'})`;
    }),
);
for (const { part, failures } of parts)
  for (const failure of failures) process.stdout.write(`ci: ${part}: ${failure}\n`);
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
process.stdout.write(
  `${verdict}; ${told.length > 0 ? `skipped: ${told.join(', ')}` : 'nothing was skipped'}\n`,
);

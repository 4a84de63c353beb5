import { appendFileSync, readFileSync } from 'node:fs';
import { failuresIn } from './failures.mjs';
import { isAllowed } from './skips.mjs';

// node judge.mjs PART STATUS SECONDS LOG TOTALS: reports the result of a part of CI in one line, from its
// exit status and its output, and adds {part, passed, failed, skips, failures} to the file TOTALS. Exits with 0 only when the
// part has tested something, all of it passed, and every skip is allowed.
const [part, statusText, seconds, log, totals] = process.argv.slice(2);
const status = Number(statusText);
const said = readFileSync(log, 'utf8');

// The summary of node's test runner, as TAP or in its own form. A part may run it several times.
const summary = /^(?:#|ℹ) (tests|pass|fail|cancelled|skipped) (\d+)$/;
const figures = { tests: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0 };
for (const block of said.match(/^(?:#|ℹ) tests \d+\n(?:(?:#|ℹ) \w+ [\d.]+\n)+/gm) ?? [])
  for (const line of block.split('\n')) {
    const [, figure, value] = summary.exec(line) ?? [];
    if (figure !== undefined) figures[figure] += Number(value);
  }

const skips = [
  ...said.matchAll(/^ *ok \d+ - .* # SKIP ?(.*)$/gm),
  ...said.matchAll(/^ *﹣ .* \([\d.]+ms\) # (?:SKIP$)?(.*)$/gm),
].map(([, reason]) => reason);
// What the chaos suite omits on a machine that cannot do it.
const partial = [...said.matchAll(/^chaos: (.*: the disk is never filled)$/gm)].map(([, reason]) => reason);
const whole = /^SKIPPED, nothing was tested: (.*)$/m.exec(said)?.[1];

// The attack, chaos and cluster suites end with counts of scripts/counts.ts. The script fails for a bad
// count, and when nothing was tried.
const suite = /:(attack|chaos|cluster)$/.exec(part)?.[1];
const counts = suite && said.match(new RegExp(`^${suite}: (?:[\\w ]+ \\d+(?:, |$))+`, 'gm'))?.at(-1);

const faults = [];
const refused = new Set([...skips, ...partial].filter((reason) => !isAllowed(part, reason)));
for (const reason of refused) faults.push(`tests were skipped: ${reason || 'no reason given'}`);
// A skipped suite appears in the output, but the summary does not count it.
if (figures.skipped > skips.length)
  faults.push(`${figures.skipped} skipped tests were counted, and ${skips.length} told`);
if (whole !== undefined) {
  if (!isAllowed(part, whole)) faults.push(`it was skipped: ${whole}`);
} else if (status === 0 && suite && !counts) faults.push('its counts are missing');
else if (status === 0 && figures.pass === 0 && !counts) faults.push('not one test ran');
const isSkip = whole !== undefined && (status === 0 || status === 77);
if (status !== 0 && !isSkip) faults.push(`status ${status}`);
if (status === 0 && figures.fail + figures.cancelled > 0) faults.push('tests failed, and its status is 0');

const verdict =
  faults.length > 0 ? `FAILED (${faults.join('; ')})` : isSkip ? `skipped (${whole})` : 'passed';
const failed = figures.fail + figures.cancelled;
process.stdout.write(
  `ci: ${part}: ${verdict} after ${seconds} s: ${figures.pass} passed, ${failed} failed, ${skips.length} skipped${counts ? `; ${counts}` : ''}\n`,
);
appendFileSync(
  totals,
  `${JSON.stringify({
    part,
    passed: figures.pass,
    failed,
    skips: whole === undefined ? [...skips, ...partial] : [whole],
    failures: faults.length > 0 ? failuresIn(said) : [],
  })}\n`,
);
if (faults.length > 0) process.exitCode = isSkip || status === 0 ? 1 : status;

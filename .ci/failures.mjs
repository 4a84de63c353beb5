/** Lines of one failure that are told, and failures that are told with their lines. */
const LINES = 40;
const WHOLE = 8;

// In TAP a failed test is "not ok 3 - title" and a block between --- and ..., both indented alike.
const tapFailure = /^( *)not ok \d+ - (.*)\n\1 {2}---\n([\s\S]*?)\n\1 {2}\.\.\.$/gm;
// The runner's own form repeats all failures under this heading.
const ownHeading = '\n✖ failing tests:\n';

function shortened(text) {
  const lines = text.split('\n');
  if (lines.length <= LINES) return lines.join('\n');
  return [...lines.slice(0, LINES), `… ${lines.length - LINES} lines more`].join('\n');
}

/**
 * The failed tests in the output of a part, each with its error, as text for a person. A suite or file that failed
 * only because a test in it failed is left out. Where no test failed, the last lines of the output, because they
 * are likely to have the reason.
 */
export function failuresIn(output) {
  const failures = [...output.matchAll(tapFailure)]
    .filter(([, , , block]) => !/^ *failureType: 'subtestsFailed'$/m.test(block))
    .map(([, indent, title, block]) => `not ok: ${title}\n${block.replaceAll(`\n${indent}`, '\n')}`);
  for (const section of output.split(ownHeading).slice(1)) {
    failures.push(...section.split(/\n(?=test at )/).map((each) => each.trim()));
  }
  if (failures.length === 0)
    return [`the last lines:\n${output.trim().split('\n').slice(-LINES).join('\n')}`];
  return failures.map((each, index) => (index < WHOLE ? shortened(each) : each.split('\n', 1)[0]));
}

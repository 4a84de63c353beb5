import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printCheck } from '../../src/cli/check-view.ts';
import { createTerminal } from '../../src/cli/terminal.ts';

test('line ends and control sequences in a result cannot forge another result', () => {
  let text = '';
  const stdout = { write: (part: string) => (text += part) };
  const terminal = createTerminal({ stdout, stderr: { write: () => {} }, env: {} });
  printCheck(terminal, {
    what: 'snapshot',
    state: 'wrong',
    found: 'no\n  ✓ snapshot  \u{1b}[2Jyes',
    next: 'make\r\none',
  });
  assert.equal(text, `  ✗ ${'snapshot'.padEnd(21)}  no ✓ snapshot [2Jyes\n      make one\n`);
});

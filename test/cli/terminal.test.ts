import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTerminal } from '../../src/cli/terminal.ts';

function createScreen(isTTY: boolean) {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), isTTY };
  return { terminal: createTerminal({ stdout: stream, stderr: stream, env: {} }), written };
}

test('control characters in text are replaced, colours of `style` stay', () => {
  const { terminal, written } = createScreen(true);
  const hostile = 'a\u001b]0;title\u0007b\u0000c\rd\u009b2Je\u202ef';
  const harmless = 'a\u{fffd}]0;title\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}2Je\u{fffd}f';
  terminal.print(hostile);
  terminal.info(terminal.style('red', 'red'));
  terminal.error(hostile);
  terminal.rewrite([hostile]);
  assert.deepEqual(written, [`${harmless}\n`, '\u001b[31mred\u001b[39m\n', `${harmless}\n`, `${harmless}\n`]);
});

test('text of several lines is printed unchanged', () => {
  const { terminal, written } = createScreen(false);
  terminal.print('one\n\ttwo – drei ✓');
  assert.deepEqual(written, ['one\n\ttwo – drei ✓\n']);
});

test('of the control sequences in a line only colours stay', () => {
  const written: string[] = [];
  const stream = { isTTY: true, write: (text: string) => written.push(text) };
  const terminal = createTerminal({ stdout: stream, stderr: stream, env: {} });
  const evil = 'a\x1b]52;c;ZXZpbA==\x07b\x1b[2Jc\x9b2Jd\re\x1b[31mred\x1b[0m';
  terminal.print(evil);
  terminal.info(evil);
  terminal.error(evil);
  terminal.rewrite([evil]);
  const shown = 'a\ufffd]52;c;ZXZpbA==\ufffdb\ufffd[2Jc\ufffd2Jd\ufffde\x1b[31mred\x1b[0m\n';
  assert.deepEqual(written, [shown, shown, shown, shown]);
});

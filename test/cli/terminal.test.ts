import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTerminal } from '../../src/cli/terminal.ts';

test('whoever has written a line, a terminal obeys nothing in it but colours', () => {
  const written: string[] = [];
  const stream = { isTTY: true, write: (text: string) => written.push(text) };
  const terminal = createTerminal({ stdout: stream, stderr: stream, env: {} });
  const evil = 'a\x1b]52;c;ZXZpbA==\x07b\x1b[2Jc\x9b2Jd\re\x1b[31mred\x1b[0m';
  terminal.print(evil);
  terminal.say(evil);
  terminal.complain(evil);
  terminal.rewrite([evil]);
  const shown = 'a\ufffd]52;c;ZXZpbA==\ufffdb\ufffd[2Jc\ufffd2Jd\ufffde\x1b[31mred\x1b[0m\n';
  assert.deepEqual(written, [shown, shown, shown, shown]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneLine } from '../../src/system/one-line.ts';

test('a run of line ends, blanks and control characters becomes one blank', () => {
  assert.equal(oneLine('a\r\n\t  b\u2028c\u001b[31md\u202ee'), 'a b c [31md e');
  assert.equal(oneLine('größer 😀'), 'größer 😀');
});

test('a text is cut to 300 characters, or to the requested number', () => {
  assert.equal(oneLine('x'.repeat(1_000)).length, 300);
  assert.equal(oneLine('x'.repeat(1_000), 5), 'xxxxx');
  assert.equal(oneLine('x'.repeat(1_000), Number.POSITIVE_INFINITY).length, 1_000);
});

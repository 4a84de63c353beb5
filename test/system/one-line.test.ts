import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneLine } from '../../src/system/one-line.ts';

test('line ends, blanks and control characters in a row become one blank', () => {
  assert.equal(oneLine('a\r\n\t  b\u2028c\u001b[31md\u202ee'), 'a b c [31md e');
  assert.equal(oneLine('größer 😀'), 'größer 😀');
});

test('300 characters are kept, or as many as are asked for', () => {
  assert.equal(oneLine('x'.repeat(1_000)).length, 300);
  assert.equal(oneLine('x'.repeat(1_000), 5), 'xxxxx');
  assert.equal(oneLine('x'.repeat(1_000), Number.POSITIVE_INFINITY).length, 1_000);
});

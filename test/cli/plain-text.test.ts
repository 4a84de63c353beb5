import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from '../../src/cli/plain-text.ts';

test('colours, line ends and tabs stay', () => {
  const text = '\u{1b}[31mred\u{1b}[0m\tä\n\u{1b}[1;32m😀\u{1b}[m';
  assert.equal(plainText(text), text);
});

test('any other control character, and half a surrogate pair, becomes U+FFFD', () => {
  assert.equal(
    plainText('\u{1b}[2Ja\u{1b}]0;t\u{7}b\u{9b}31mc'),
    '\u{fffd}[2Ja\u{fffd}]0;t\u{fffd}b\u{fffd}31mc',
  );
  assert.equal(plainText('\u{7}[31m \ud800 \u202e'), '\u{fffd}[31m \u{fffd} \u{fffd}');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canary, listen, makeWord } from './canaries.ts';

const word = makeWord();
const secret = `'<&> "\\${word}%20`;
const canaries = [canary('word', word), canary('another', makeWord())];

for (const [how, encode] of [
  ['as it is', (text: string) => text],
  ['URL-encoded', encodeURIComponent],
  ['in a form', (text: string) => new URLSearchParams({ text }).toString()],
  ['in JSON in JSON', (text: string) => JSON.stringify(JSON.stringify({ text }))],
  [
    'in XML',
    (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&apos;'),
  ],
  ['in hex', (text: string) => Buffer.from(text).toString('hex')],
  ['in hex, as PostgreSQL shows bytea', (text: string) => `\\x${Buffer.from(text).toString('hex')}`],
] as const) {
  test(`a canary is found ${how}`, () => {
    assert.deepEqual(listen(`{"a": "${encode(secret)}"}`, canaries), ['word']);
  });
}

test('a canary is found in base64 at every offset and before every neighbour', () => {
  for (const before of ['', 'x', 'xy', 'xyz']) {
    for (const behind of ['', 'x', 'xy', 'xyz']) {
      const text = Buffer.from(before + word + behind).toString('base64');
      assert.deepEqual(listen(text, canaries), ['word'], text);
      assert.deepEqual(listen(Buffer.from(text), canaries), ['word'], text);
    }
  }
});

test('a text without a canary gives no finding', () => {
  assert.deepEqual(listen(makeWord() + Buffer.from(makeWord()).toString('base64'), canaries), []);
});

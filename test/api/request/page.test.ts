import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutPage, pageOf, readPageRequest } from '../../../src/api/request/page.ts';

const words = Array.from({ length: 50 }, (_, index) => `word${index}`);
function same(word: string) {
  return word;
}

test('the default is 100 records', () => {
  assert.deepEqual(readPageRequest({}), { limit: 100, after: undefined });
});

for (const limit of [20, 100]) {
  test(`MaxRecords=${limit} is accepted`, () => {
    assert.equal(readPageRequest({ MaxRecords: limit }).limit, limit);
  });
}

for (const limit of [-1, 0, 19, 101]) {
  test(`MaxRecords=${limit} is refused`, () => {
    assert.throws(() => readPageRequest({ MaxRecords: limit }), { code: 'InvalidParameterValue' });
  });
}

test('an action may allow larger pages', () => {
  assert.equal(readPageRequest({ MaxRecords: 1000 }, 1000).limit, 1000);
});

test('markers lead through a list, each record once', () => {
  const seen: string[] = [];
  let marker: string | undefined;
  do {
    const page = pageOf(words, readPageRequest({ MaxRecords: 20, ...(marker && { Marker: marker }) }), same);
    seen.push(...page.records);
    marker = page.marker;
  } while (marker);
  assert.deepEqual(seen, words);
});

test('the last page has no marker', () => {
  assert.equal(cutPage(words, 50, same).marker, undefined);
  assert.equal(cutPage([], 50, same).marker, undefined);
  assert.ok(cutPage(words, 49, same).marker);
});

test('an invented marker is refused', () => {
  for (const Marker of ['word3', Buffer.from('word3').toString('base64url'), '%%', 'YWZ0ZXI6AA']) {
    assert.throws(() => readPageRequest({ Marker }), { code: 'InvalidParameterValue' });
  }
});

test('a marker of another list is refused', () => {
  const { marker } = cutPage(['a', 'b'], 1, same);
  const request = readPageRequest({ ...(marker && { Marker: marker }) });
  assert.throws(() => pageOf(words, request, same), { code: 'InvalidParameterValue' });
});

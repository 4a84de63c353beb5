import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutPage, pageOf, readPageRequest } from '../../../src/api/request/page.ts';
import { compareVersions } from '../../../src/model/engine/engine-version.ts';

const words = Array.from({ length: 50 }, (_, index) => `word${String(index).padStart(2, '0')}`);
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

/** What the next request of a client that has seen this record last comes with. */
function after(record: string) {
  const { marker } = cutPage([record, 'more'], 1, same);
  return readPageRequest({ MaxRecords: 20, ...(marker && { Marker: marker }) });
}

test('a page goes on behind a record that has gone meanwhile', () => {
  const rest = words.filter((word) => word !== 'word19');
  assert.deepEqual(pageOf(rest, after('word19'), same).records, words.slice(20, 40));
});

test('a page that would begin behind the last record is empty', () => {
  assert.deepEqual(pageOf(words, after('word99'), same), { records: [], marker: undefined });
});

test('a page goes on in the order of the list, whatever the order of texts is', () => {
  const versions = ['15.18', '15.9', '16.2'];
  const page = pageOf(versions, after('15.10'), same, compareVersions);
  assert.deepEqual(page.records, ['15.18', '16.2']);
});

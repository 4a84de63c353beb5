import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeAnswer } from './judge-answer.ts';

const xml = '<?xml version="1.0"?>\n<ErrorResponse><Error/></ErrorResponse>';

test('answers in XML are right, including client errors and 503', () => {
  for (const status of [200, 400, 404, 503]) assert.equal(judgeAnswer(status, 'text/xml', xml), undefined);
});

test('any 5xx other than 503 is wrong, even in XML', () => {
  for (const status of [500, 502, 504]) {
    assert.match(judgeAnswer(status, 'text/xml', xml) ?? '', /^status 50/);
  }
});

test('an answer that is not XML is wrong with any status', () => {
  assert.match(judgeAnswer(503, 'application/json', '{"code":"ENOSPC"}') ?? '', /not XML/);
  assert.match(judgeAnswer(200, 'text/xml', 'OK') ?? '', /not XML/);
  assert.match(judgeAnswer(400, undefined, '') ?? '', /not XML/);
  assert.match(judgeAnswer(200, 'text/xml', xml.slice(0, -5)) ?? '', /not XML/);
});

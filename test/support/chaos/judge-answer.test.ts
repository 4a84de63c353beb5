import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeAnswer } from './judge-answer.ts';

const xml = '<?xml version="1.0"?>\n<ErrorResponse><Error/></ErrorResponse>';

test('answers in XML are right, errors of clients and 503 among them', () => {
  for (const status of [200, 400, 404, 503]) assert.equal(judgeAnswer(status, 'text/xml', xml), undefined);
});

test('any other 5xx is wrong, in XML, too', () => {
  for (const status of [500, 502, 504]) {
    assert.match(judgeAnswer(status, 'text/xml', xml) ?? '', /^status 50/);
  }
});

test('what is not XML is wrong with any status', () => {
  assert.match(judgeAnswer(503, 'application/json', '{"code":"ENOSPC"}') ?? '', /not XML/);
  assert.match(judgeAnswer(200, 'text/xml', 'OK') ?? '', /not XML/);
  assert.match(judgeAnswer(400, undefined, '') ?? '', /not XML/);
  assert.match(judgeAnswer(200, 'text/xml', xml.slice(0, -5)) ?? '', /not XML/);
});

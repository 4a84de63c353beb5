import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count } from '../support/counts.ts';
import { meaningOf } from './signature-meaning.ts';

const AUTHORIZATION =
  'Authorization: AWS4-HMAC-SHA256 Credential=K/20260101/local/rds/aws4_request, SignedHeaders=host;x-amz-date, Signature=0';
function request(lines: readonly string[], body = '') {
  return Buffer.from([...lines, '', body].join('\r\n'));
}
const HEAD = ['Host: a', 'X-Amz-Date: 20260101T000000Z', AUTHORIZATION];
function post(body: string, ...more: string[]) {
  return request(['POST /rds/ HTTP/1.1', ...HEAD, ...more, `Content-Length: ${body.length}`], body);
}

const MEANING = {
  method: 'POST',
  path: '/rds/',
  parameters: ['A=1 2', 'B=&'],
  signedHeaders: ['host:a', 'x-amz-date:20260101T000000Z'],
  credential: 'K/20260101/local/rds/aws4_request',
  date: '20260101T000000Z',
  expires: '',
};

for (const [what, raw] of [
  ['as it is', post('A=1+2&B=%26')],
  ['its parameters in another order and encoding', post('B=%26&&A=%31%202')],
  ['a header that is not signed', post('A=1+2&B=%26', 'X: y')],
  [
    'chunks',
    request(
      ['POST //rds/./ HTTP/1.0', ...HEAD, 'Transfer-Encoding: chunked'],
      '5\r\nA=1+2\r\n6;x\r\n&B=%26\r\n0\r\n\r\n',
    ),
  ],
  [
    'parameters in the target',
    request(['POST /rds/?A=1%202&X-Amz-Signature=1 HTTP/1.1', ...HEAD, 'Content-Length: 5'], 'B=%26'),
  ],
] as const) {
  test(`the meaning of a request stays the same with ${what}`, () => {
    count('tried');
    assert.deepEqual(meaningOf(raw), MEANING);
  });
}

for (const [what, raw] of [
  ['two lengths', post('A=1', 'Content-Length: 3')],
  ['a length and chunks', post('A=1', 'Transfer-Encoding: chunked')],
  ['two hosts', post('A=1', 'Host: b')],
  ['a body that is too short', request(['POST / HTTP/1.1', ...HEAD, 'Content-Length: 9'], 'A=1')],
  ['a name with a blank', post('A=1', 'X : y')],
  ['a broken encoding', post('A=%')],
  ['two signatures', post('A=1', AUTHORIZATION)],
  ['no end', Buffer.from('POST / HTTP/1.1\r\nHost: a\r\n')],
] as const) {
  test(`a request with ${what} has no unambiguous meaning`, () => {
    assert.equal(meaningOf(raw), undefined);
  });
}

test('another parameter, path, host or time changes the meaning', () => {
  for (const raw of [
    post('A=1+2&B=%26&A=1'),
    request(['POST /rds HTTP/1.1', ...HEAD, 'Content-Length: 11'], 'A=1+2&B=%26'),
    Buffer.from(post('A=1+2&B=%26').toString().replace('Host: a', 'Host: b')),
    Buffer.from(post('A=1+2&B=%26').toString().replace('T000000Z', 'T000001Z')),
  ]) {
    assert.notDeepEqual(meaningOf(raw), MEANING);
  }
});

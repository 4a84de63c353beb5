import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  endOfValidity,
  needsCertificate,
  type ServerCertificate,
} from '../../../src/model/server/certificate.ts';

const now = new Date('2030-06-01T12:00:00Z');
function issued(date: string): ServerCertificate {
  return { authority: 'a', until: endOfValidity(new Date(date)) };
}

test('a server needs a certificate when none is known, and when the one that it has is older than a year', () => {
  assert.equal(needsCertificate(undefined, 'a', now), true);
  assert.equal(needsCertificate(issued('2030-05-31T12:00:00Z'), 'a', now), false);
  assert.equal(needsCertificate(issued('2029-06-02T12:00:00Z'), 'a', now), false);
  assert.equal(needsCertificate(issued('2029-05-31T12:00:00Z'), 'a', now), true);
  assert.equal(needsCertificate(issued('2020-05-31T12:00:00Z'), 'a', now), true);
});

test('a server needs a certificate when another authority is requested', () => {
  assert.equal(needsCertificate(issued('2030-05-31T12:00:00Z'), 'b', now), true);
  assert.equal(needsCertificate(issued('2030-05-31T12:00:00Z'), undefined, now), false);
});

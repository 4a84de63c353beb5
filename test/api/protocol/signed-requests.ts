import assert from 'node:assert/strict';
import type { RawRequest } from '../../../src/api/protocol/canonical.ts';
import { type SignatureRules, verifySignature } from '../../../src/api/protocol/sigv4.ts';
import { AwsError } from '../../../src/model/errors.ts';
import { ACCESS_KEY, REGION, SECRET_KEY } from '../../support/api/gateway.ts';
import { type SignOptions, signRequest } from '../../support/api/sign.ts';

export const NOW = Date.UTC(2026, 10, 23, 4, 55, 5);
export const MINUTE = 60_000;

export const rules: SignatureRules = {
  credentials: { find: (id) => (id === ACCESS_KEY ? SECRET_KEY : undefined) },
  regions: [REGION, 'eu-west-1'],
  services: ['rds', 'sts'],
  now: () => NOW,
};

export function sign(options: SignOptions = {}) {
  return signRequest({ at: new Date(NOW), ...options });
}

export function refuses(
  request: RawRequest,
  code: string,
  message = /./,
  changed: Partial<SignatureRules> = {},
): void {
  assert.throws(
    () => verifySignature(request, { ...rules, ...changed }),
    (error) => {
      assert.ok(error instanceof AwsError);
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      assert.ok(!error.message.includes(SECRET_KEY));
      return true;
    },
  );
}

/** The request with changed headers: a value sets a header, undefined removes it. */
export function withHeaders(request: RawRequest, changes: Record<string, string | undefined>): RawRequest {
  const headers = new Map<string, string>();
  request.rawHeaders.forEach((name, index) => {
    if (index % 2 === 0) headers.set(name.toLowerCase(), request.rawHeaders[index + 1] ?? '');
  });
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
  }
  return { ...request, rawHeaders: [...headers].flat() };
}

export function authorizationOf(request: RawRequest): string {
  return request.rawHeaders[request.rawHeaders.indexOf('authorization') + 1] ?? '';
}

/** The request with a replaced part of its Authorization header. */
export function withAuthorization(request: RawRequest, from: string | RegExp, to: string): RawRequest {
  const changed = authorizationOf(request).replace(from, to);
  assert.notEqual(changed, authorizationOf(request));
  return withHeaders(request, { authorization: changed });
}

export function withUrl(request: RawRequest, from: string | RegExp, to: string): RawRequest {
  const url = request.url.replace(from, to);
  assert.notEqual(url, request.url);
  return { ...request, url };
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RawRequest } from '../../../src/api/protocol/canonical.ts';
import { type SignatureRules, verifySignature } from '../../../src/api/protocol/sigv4.ts';
import { AwsError } from '../../../src/model/errors.ts';
import { ACCESS_KEY, REGION, SECRET_KEY } from '../../support/api/gateway.ts';
import type { SignOptions } from '../../support/api/sign.ts';
import {
  MINUTE,
  NOW,
  refuses,
  rules,
  sign,
  withAuthorization,
  withHeaders,
  withUrl,
} from './signed-requests.ts';

// Good signatures

test("a request of AWS's signer is accepted, in a header and presigned, POST and GET", async () => {
  for (const method of ['POST', 'GET'] as const) {
    for (const expiresIn of [undefined, 60]) {
      const request = await sign({
        method,
        ...(expiresIn ? { expiresIn } : {}),
        ...(method === 'POST'
          ? { body: 'Action=A&Version=1' }
          : { query: { Action: 'A B', Version: "1*'()!~" } }),
      });
      const caller = verifySignature(request, rules);
      assert.equal(caller.accessKeyId, ACCESS_KEY);
      assert.equal(caller.service, 'rds');
      assert.deepEqual(
        caller.query,
        method === 'POST'
          ? []
          : [
              ['Action', 'A B'],
              ['Version', "1*'()!~"],
            ],
      );
    }
  }
});

for (const path of ['/', '/rds', '/rds/', '/a%20b/%C3%A9', '/a//b/./c/../d/', '/~a-b_c.d', "/(a)'b*!"]) {
  test(`the path ${path} as AWS's signer signs it is accepted`, async () => {
    verifySignature(await sign({ path }), rules);
  });
}

test('query parameters are signed in the order of their encoded names and values', async () => {
  const query = { b: ['2', '1', 'a b', 'é'], a: '', B: '+&=%', 'a-': '1', 'a.': '1', '': 'x' };
  verifySignature(await sign({ method: 'GET', query }), rules);
});

test('signed headers are compared with folded spaces', async () => {
  const request = await sign({ headers: { 'x-amz-meta': '  a   b\t c  ' } });
  verifySignature(request, rules);
  verifySignature(withHeaders(request, { 'x-amz-meta': 'a b c' }), rules);
  refuses(withHeaders(request, { 'x-amz-meta': 'a bc' }), 'SignatureDoesNotMatch');
});

test('signed headers are UTF-8, although Node decodes them as Latin-1', async () => {
  const request = await sign({ headers: { 'x-amz-meta': 'é' } });
  verifySignature(withHeaders(request, { 'x-amz-meta': Buffer.from('é').toString('latin1') }), rules);
});

test('headers that are not signed may change in transit', async () => {
  verifySignature(withHeaders(await sign(), { via: 'a proxy', 'user-agent': 'x' }), rules);
});

test('a Date header replaces X-Amz-Date', async () => {
  const request = await sign();
  const bare = withHeaders(request, { 'x-amz-date': undefined });
  for (const date of ['Mon, 23 Nov 2026 04:55:05 GMT', '20261123T045505Z']) {
    refuses(withHeaders(bare, { date }), 'SignatureDoesNotMatch');
  }
  refuses(withHeaders(bare, { date: 'today' }), 'IncompleteSignature', /ISO-8601/);
});

for (const [service, region] of [
  ['rds', 'eu-west-1'],
  ['sts', REGION],
]) {
  test(`the scope ${region}/${service} is accepted`, async () => {
    assert.equal(verifySignature(await sign({ service, region } as SignOptions), rules).service, service);
  });
}

test('a changed secret counts from the next request on', async () => {
  let secret: string | undefined = SECRET_KEY;
  const credentials = { find: () => secret };
  const request = await sign();
  verifySignature(request, { ...rules, credentials });
  secret = undefined;
  refuses(request, 'InvalidClientTokenId', /./, { credentials });
  secret = 'another';
  refuses(request, 'SignatureDoesNotMatch', /./, { credentials });
});

test('equal calls have equal fingerprints, whatever else differs', async () => {
  const print = async (options: SignOptions, changed: Partial<SignatureRules> = {}) =>
    verifySignature(await sign(options), { ...rules, ...changed }).fingerprint;
  const first = await print({ body: 'Action=A' });
  assert.match(first, /^[0-9a-f]{64}$/);
  assert.equal(await print({ body: 'Action=A', at: new Date(NOW - MINUTE), headers: { x: 'y' } }), first);
  assert.equal(await print({ body: 'Action=A', expiresIn: 60 }), first);
  assert.notEqual(await print({ body: 'Action=B' }), first);
  assert.notEqual(await print({ body: 'Action=A', query: { B: '1' } }), first);
  const credentials = { find: () => 'another' };
  assert.notEqual(await print({ body: 'Action=A', secretAccessKey: 'another' }, { credentials }), first);
});

// Wrong signatures

test('a request without a signature is refused as MissingAuthenticationToken', async () => {
  const request = await sign();
  refuses(withHeaders(request, { authorization: undefined }), 'MissingAuthenticationToken');
});

test('a change of any signed part is detected', async () => {
  const request = await sign({ method: 'GET', query: { a: '1', b: '2' }, headers: { 'x-amz-a': 'b' } });
  const body = await sign({ body: 'Action=A' });
  for (const changed of [
    { ...request, method: 'POST' },
    withUrl(request, '/rds/', '/rds'),
    withUrl(request, 'a=1', 'a=2'),
    withUrl(request, '&b=2', ''),
    withUrl(request, /$/, '&c=3'),
    withHeaders(request, { host: 'elsewhere' }),
    withHeaders(request, { 'x-amz-a': undefined }),
    withHeaders(request, { 'x-amz-a': 'c' }),
    { ...request, rawHeaders: [...request.rawHeaders, 'X-Amz-A', 'b'] },
    withHeaders(request, { 'x-amz-date': '20261123T045504Z' }),
    withAuthorization(request, `/${REGION}/`, '/eu-west-1/'),
    withAuthorization(request, /Signature=../, 'Signature=zz'),
    withAuthorization(request, /Signature=../, 'Signature='),
    withAuthorization(request, /Signature=.*/, 'Signature=é'),
    withHeaders({ ...body, body: Buffer.from('Action=B') }, { 'x-amz-content-sha256': undefined }),
  ]) {
    refuses(changed, 'SignatureDoesNotMatch');
  }
});

test('a wrong secret and an unknown key get different errors, as in AWS', async () => {
  refuses(await sign({ secretAccessKey: 'wrong' }), 'SignatureDoesNotMatch', /we calculated does not match/);
  refuses(await sign({ accessKeyId: 'AKIANOBODY' }), 'InvalidClientTokenId', /security token .* is invalid/);
});

test('an unknown key takes as long as a wrong signature', async () => {
  const timed = (request: RawRequest): number => {
    const started = process.hrtime.bigint();
    assert.throws(() => verifySignature(request, rules), AwsError);
    return Number(process.hrtime.bigint() - started);
  };
  const [wrong, unknown] = [
    await sign({ secretAccessKey: 'wrong' }),
    await sign({ accessKeyId: 'AKIANOBODY' }),
  ];
  const median = (request: RawRequest) =>
    Array.from({ length: 301 }, () => timed(request)).sort((a, b) => a - b)[150] ?? 0;
  median(wrong);
  const ratio = median(unknown) / median(wrong);
  assert.ok(ratio > 0.5 && ratio < 2, `unknown key takes ${ratio} times as long`);
});

test('session tokens are refused, in a header and presigned', async () => {
  refuses(await sign({ sessionToken: 'token' }), 'InvalidClientTokenId');
  refuses(await sign({ sessionToken: 'token', expiresIn: 60 }), 'InvalidClientTokenId');
});

for (const [what, at, expiresIn, code] of [
  ['15 minutes old', NOW - 15 * MINUTE, undefined, undefined],
  ['more than 15 minutes old', NOW - 15 * MINUTE - 1000, undefined, 'RequestExpired'],
  ['15 minutes ahead', NOW + 15 * MINUTE, undefined, undefined],
  ['more than 15 minutes ahead', NOW + 15 * MINUTE + 1000, undefined, 'RequestExpired'],
  ['presigned for an hour, an hour old', NOW - 60 * MINUTE, 3600, undefined],
  ['presigned for an hour, older than that', NOW - 60 * MINUTE - 1000, 3600, 'RequestExpired'],
  ['presigned for a second, two seconds old', NOW - 2000, 1, 'RequestExpired'],
  ['presigned for a week, too far ahead', NOW + 15 * MINUTE + 1000, 604_800, 'RequestExpired'],
] as const) {
  test(`a request ${what} is ${code ? 'refused' : 'accepted'}`, async () => {
    const request = await sign({ at: new Date(at), ...(expiresIn ? { expiresIn } : {}) });
    if (code) refuses(request, code, /^Signature (expired|not yet current): \d{8}T\d{6}Z is/);
    else verifySignature(request, rules);
  });
}

test('the scope needs an accepted region, an accepted service and the day of signing', async () => {
  refuses(await sign({ region: 'us-east-1' }), 'SignatureDoesNotMatch', /valid region, not 'us-east-1'/);
  refuses(await sign({ service: 's3' }), 'SignatureDoesNotMatch', /correct service: 'rds' or 'sts'/);
  const request = withAuthorization(await sign(), '/20261123/', '/20261122/');
  refuses(request, 'SignatureDoesNotMatch', /'20261122' != '20261123', from '20261123T045505Z'/);
});

test('host must be signed', async () => {
  refuses(
    withAuthorization(await sign(), 'host;', ''),
    'SignatureDoesNotMatch',
    /'Host'.*must be a 'SignedHeader'/,
  );
});

test('a content hash in a header must match the body', async () => {
  const request = await sign({ body: 'Action=A' });
  for (const claimed of [
    'UNSIGNED-PAYLOAD',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '',
  ]) {
    refuses(
      withHeaders(request, { 'x-amz-content-sha256': claimed }),
      'SignatureDoesNotMatch',
      /x-amz-content-sha256/,
    );
  }
});

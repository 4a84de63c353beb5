import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RawRequest } from '../../../src/api/protocol/canonical.ts';
import { type SignatureRules, verifySignature } from '../../../src/api/protocol/sigv4.ts';
import { AwsError } from '../../../src/model/errors.ts';
import { ACCESS_KEY, REGION, SECRET_KEY } from '../../support/api/gateway.ts';
import { type SignOptions, signRequest } from '../../support/api/sign.ts';

const NOW = Date.UTC(2026, 10, 23, 4, 55, 5);
const MINUTE = 60_000;

const rules: SignatureRules = {
  credentials: { find: (id) => (id === ACCESS_KEY ? SECRET_KEY : undefined) },
  regions: [REGION, 'eu-west-1'],
  services: ['rds', 'sts'],
  now: () => NOW,
};

function sign(options: SignOptions = {}) {
  return signRequest({ at: new Date(NOW), ...options });
}

function refuses(
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
function withHeaders(request: RawRequest, changes: Record<string, string | undefined>): RawRequest {
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

function authorizationOf(request: RawRequest): string {
  return request.rawHeaders[request.rawHeaders.indexOf('authorization') + 1] ?? '';
}

/** The request with a replaced part of its Authorization header. */
function withAuthorization(request: RawRequest, from: string | RegExp, to: string): RawRequest {
  const changed = authorizationOf(request).replace(from, to);
  assert.notEqual(changed, authorizationOf(request));
  return withHeaders(request, { authorization: changed });
}

function withUrl(request: RawRequest, from: string | RegExp, to: string): RawRequest {
  const url = request.url.replace(from, to);
  assert.notEqual(url, request.url);
  return { ...request, url };
}

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

// Incomplete signatures

for (const [what, from, to, message] of [
  ['no credential', /Credential=[^,]*, /, '', /requires 'Credential' parameter/],
  ['no signature', /, Signature=.*/, '', /requires 'Signature' parameter/],
  ['an empty signature', /Signature=.*/, 'Signature=', /requires 'Signature' parameter/],
  ['no signed headers', /SignedHeaders=[^,]*, /, '', /requires 'SignedHeaders' parameter/],
  ['a part that is no pair', 'Credential=', 'Credential', /key=value pair/],
  ['another algorithm', 'AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1', /must begin with 'AWS4-HMAC-SHA256'/],
  ['a bearer token', /.*/, 'Bearer abc', /must begin with/],
  ['a basic password', /.*/, 'Basic YTpi', /must begin with/],
  ['nothing', /.*/, '', /must begin with/],
  ['four elements in the credential', '/20261123/', '/', /exactly 5 slash-delimited elements/],
  ['six elements in the credential', '/aws4_request', '/aws4_request/x', /exactly 5/],
  ['another terminator', '/aws4_request', '/aws5_request', /exactly 5/],
  ['an empty access key id', ACCESS_KEY, '', /exactly 5/],
] as const) {
  test(`an Authorization header with ${what} is incomplete`, async () => {
    refuses(withAuthorization(await sign(), from, to), 'IncompleteSignature', message);
  });
}

for (const [date, message] of [
  [undefined, /either a 'X-Amz-Date' or a 'Date' header/],
  ['2026-11-23T04:55:05Z', /ISO-8601 'basic format'/],
  ['20261323T045505Z', /ISO-8601 'basic format'/],
  ['', /ISO-8601 'basic format'/],
] as const) {
  test(`the X-Amz-Date ${date} is no date`, async () => {
    refuses(withHeaders(await sign(), { 'x-amz-date': date }), 'IncompleteSignature', message);
  });
}

for (const [what, from, to, message] of [
  ['no credential', /X-Amz-Credential=[^&]*&/, '', /must include X-Amz-Credential/],
  ['no date', /X-Amz-Date=[^&]*&/, '', /must include X-Amz-Date/],
  ['no expiry', /X-Amz-Expires=[^&]*&/, '', /must include X-Amz-Expires/],
  ['another algorithm', 'HMAC-SHA256', 'HMAC-SHA1', /X-Amz-Algorithm must be/],
  ['an expiry of nothing', 'X-Amz-Expires=60', 'X-Amz-Expires=0', /between 1 and 604800/],
  ['an expiry of more than a week', 'X-Amz-Expires=60', 'X-Amz-Expires=604801', /between 1 and 604800/],
  ['an expiry that is no number', 'X-Amz-Expires=60', 'X-Amz-Expires=1e3', /between 1 and 604800/],
] as const) {
  test(`a presigned request with ${what} is incomplete`, async () => {
    refuses(withUrl(await sign({ expiresIn: 60 }), from, to), 'IncompleteSignature', message);
  });
}

test('a request with two signatures is refused', async () => {
  const [header, presigned] = [await sign(), await sign({ expiresIn: 60 })];
  refuses({ ...presigned, rawHeaders: header.rawHeaders }, 'IncompleteSignature', /one signature only/);
  const twice = [...header.rawHeaders, 'Authorization', authorizationOf(header)];
  refuses({ ...header, rawHeaders: twice }, 'IncompleteSignature', /one signature only/);
});

test('a query part with an invalid percent-encoding is malformed', async () => {
  refuses(withUrl(await sign(), /$/, '?a=%'), 'MalformedQueryString');
});

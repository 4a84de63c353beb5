import { test } from 'node:test';
import { ACCESS_KEY } from '../../support/api/gateway.ts';
import {
  authorizationOf,
  refuses,
  sign,
  withAuthorization,
  withHeaders,
  withUrl,
} from './signed-requests.ts';

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

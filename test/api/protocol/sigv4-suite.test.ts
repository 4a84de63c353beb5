import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifySignature } from '../../../src/api/protocol/sigv4.ts';
import { AwsError } from '../../../src/model/errors.ts';

/**
 * Cases of AWS's Signature Version 4 test suite: the request, and its signature with the keys, the date and
 * the scope of the suite.
 */
const CASES: readonly {
  name: string;
  method?: string;
  url?: string;
  headers?: readonly string[];
  signed?: string;
  body?: string;
  signature: string;
}[] = [
  { name: 'get-vanilla', signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31' },
  {
    name: 'get-relative-relative',
    url: '/example1/example2/../..',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-slash-dot-slash',
    url: '/./',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-slashes',
    url: '//example//',
    signature: '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84',
  },
  {
    name: 'get-space',
    url: '/example space/',
    signature: '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741',
  },
  {
    name: 'get-unreserved',
    url: '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    signature: '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  },
  {
    name: 'get-utf8',
    url: '/ሴ',
    signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    url: '/?Param2=value2&Param1=value1',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'get-header-key-duplicate',
    headers: ['My-Header1', 'value2', 'My-Header1', 'value2', 'My-Header1', 'value1'],
    signed: 'host;my-header1;x-amz-date',
    signature: 'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  },
  {
    name: 'get-header-value-order',
    headers: ['My-Header1', 'value4', 'My-Header1', 'value1', 'My-Header1', 'value3', 'My-Header1', 'value2'],
    signed: 'host;my-header1;x-amz-date',
    signature: '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
  },
  {
    name: 'get-header-value-trim',
    headers: ['My-Header1', ' value1', 'My-Header2', ' "a   b   c"'],
    signed: 'host;my-header1;my-header2;x-amz-date',
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  {
    name: 'post-vanilla',
    method: 'POST',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-x-www-form-urlencoded',
    method: 'POST',
    headers: ['Content-Type', 'application/x-www-form-urlencoded'],
    signed: 'content-type;host;x-amz-date',
    body: 'Param1=value1',
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  },
];

const rules = {
  credentials: { find: () => 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  regions: ['us-east-1'],
  services: ['service'],
  now: () => Date.UTC(2015, 7, 30, 12, 36),
};

for (const {
  name,
  method = 'GET',
  url = '/',
  headers = [],
  signed = 'host;x-amz-date',
  body = '',
  signature,
} of CASES) {
  test(`${name} of the test suite`, () => {
    const request = (hash: string) => ({
      method,
      url,
      body: Buffer.from(body),
      rawHeaders: [
        ...['Host', 'example.amazonaws.com', 'X-Amz-Date', '20150830T123600Z', ...headers, 'Authorization'],
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
          `SignedHeaders=${signed}, Signature=${hash}`,
      ],
    });
    assert.equal(verifySignature(request(signature), rules).accessKeyId, 'AKIDEXAMPLE');
    assert.throws(() => verifySignature(request('0'.repeat(64)), rules), AwsError);
  });
}

import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import { signDeterministically } from '../../src/authority/deterministic-ecdsa.ts';

/** The key of RFC 6979, A.2.5. */
const key = createPrivateKey({
  key: {
    kty: 'EC',
    crv: 'P-256',
    d: base64url('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721'),
    x: base64url('60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6'),
    y: base64url('7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299'),
  },
  format: 'jwk',
});

function base64url(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64url');
}

// RFC 6979, A.2.5, with SHA-256. The first bit of r and s decides whether DER puts a zero before them.
for (const [message, r, s] of [
  [
    'sample',
    '00EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716',
    '00F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
  ],
  [
    'test',
    '00F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367',
    '019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083',
  ],
] as const) {
  test(`the message "${message}" has the signature of RFC 6979`, () => {
    const integer = (hex: string) => `02${(hex.length / 2).toString(16)}${hex}`;
    const body = `${integer(r)}${integer(s)}`;
    const expected = `30${(body.length / 2).toString(16)}${body}`.toLowerCase();
    assert.equal(signDeterministically(Buffer.from(message), key).toString('hex'), expected);
  });
}

test('Node verifies signatures of any key, and not those of another message', () => {
  for (let times = 0; times < 20; times++) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const message = Buffer.from(`message ${times}`);
    const signature = signDeterministically(message, privateKey);
    assert.deepEqual(signDeterministically(message, privateKey), signature);
    assert.ok(verify('sha256', message, createPublicKey(privateKey), signature));
    assert.equal(verify('sha256', Buffer.from('another'), createPublicKey(privateKey), signature), false);
  }
});

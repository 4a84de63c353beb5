import { createECDH, createHash, createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto';

const CURVE = 'prime256v1';
/** Order of the group of P-256: FIPS 186-5, SP 800-186. */
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const BYTES = 32;

/** Big-endian, as long as the order. */
export function toBytes(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(2 * BYTES, '0'), 'hex');
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function mac(key: Buffer, ...parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** The candidates for the secret number of a signature, in their order: RFC 6979, 3.2. */
function* nonces(secret: Buffer, digest: Buffer): Generator<bigint, never> {
  const [zero, one] = [Buffer.of(0), Buffer.of(1)];
  const reduced = toBytes(toNumber(digest) % ORDER);
  let value: Buffer = Buffer.alloc(BYTES, 1);
  let key = mac(Buffer.alloc(BYTES), value, zero, secret, reduced);
  value = mac(key, value);
  key = mac(key, value, one, secret, reduced);
  value = mac(key, value);
  for (;;) {
    value = mac(key, value);
    const nonce = toNumber(value);
    if (nonce > 0n && nonce < ORDER) yield nonce;
    key = mac(key, value, zero);
    value = mac(key, value);
  }
}

/** By Fermat's little theorem, because the order is prime. */
function invert(number: bigint): bigint {
  let [result, base] = [1n, number % ORDER];
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
  }
  return result;
}

function xOfPoint(scalar: bigint): bigint {
  const ecdh = createECDH(CURVE);
  ecdh.setPrivateKey(toBytes(scalar));
  return toNumber(ecdh.getPublicKey().subarray(1, 1 + BYTES));
}

/** Ecdsa-Sig-Value of RFC 3279, 2.2.3. */
function encode(...numbers: readonly bigint[]): Buffer {
  const integers = numbers.map((number) => {
    const hex = number.toString(16);
    const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
    const content = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
    return Buffer.concat([Buffer.of(0x02, content.length), content]);
  });
  const content = Buffer.concat(integers);
  return Buffer.concat([Buffer.of(0x30, content.length), content]);
}

/**
 * Signs with ECDSA, P-256 and SHA-256 as RFC 6979 does: the same key and message give the same signature, which
 * Node's crypto cannot. The time of the arithmetic depends on the key. Do not sign messages that a caller can
 * choose, because a caller who measures the time could learn the key.
 */
export function signDeterministically(message: Buffer, privateKey: KeyObject): Buffer {
  const { d = '' } = privateKey.export({ format: 'jwk' });
  const secret = Buffer.from(d, 'base64url');
  const digest = createHash('sha256').update(message).digest();
  const candidates = nonces(secret, digest);
  for (;;) {
    const nonce = candidates.next().value;
    const r = xOfPoint(nonce) % ORDER;
    const s = (invert(nonce) * (toNumber(digest) + r * toNumber(secret))) % ORDER;
    if (r === 0n || s === 0n) continue;
    const signature = encode(r, s);
    if (!verify('sha256', message, createPublicKey(privateKey), signature)) {
      throw new Error('a signature of the certificate authority does not verify');
    }
    return signature;
  }
}

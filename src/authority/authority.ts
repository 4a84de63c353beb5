import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import { signCertificate } from './x509.ts';

/** Key and certificate of a server. */
export interface ServerIdentity {
  /** Changes only with the names and with the authority. */
  readonly id: string;
  /** The end of its validity. */
  readonly until: Date;
  /** An identity with the same id that ends later than this need not be replaced. */
  readonly renewUntil: Date;
  /** PEM of the private key and the certificate. */
  readonly pem: string;
}

/** Signs servers' certificates. Every holder of the same secret key derives the same authority. */
export interface Authority {
  /** PEM; not secret. */
  readonly certificate: string;
  /** Whether the PEM is a certificate of this authority. Such certificates differ in their ECDSA signatures. */
  isOf(certificate: string): boolean;
  /**
   * Makes a new key and its certificate.
   * @throws RangeError on a name that is neither a DNS name nor an IP address
   */
  issue(names: readonly string[], now?: Date): ServerIdentity;
}

const CURVE = 'prime256v1';
/** Order of the group of P-256: FIPS 186-5, SP 800-186. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** 128 bits longer than the order, so that no key is more likely than another: FIPS 186-5, A.2.1. */
const SEED_BYTES = 48;

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
/** The clocks of guests and clients may be slow. */
const SKEW_MS = DAY_MS;
const SERVER_YEARS = 10;
const RENEW_YEARS = 9;

// The same dates in every derivation of the authority.
const FROM = new Date('2026-01-01T00:00:00Z');
const TO = new Date('2076-01-01T00:00:00Z');

function derivePrivateKey(secretKey: Buffer): KeyObject {
  const seed = hkdfSync('sha256', secretKey, '', 'cornac certificate authority 1', SEED_BYTES);
  const scalar = (BigInt(`0x${Buffer.from(seed).toString('hex')}`) % (ORDER - 1n)) + 1n;
  const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
  const ecdh = createECDH(CURVE);
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((each) => each.toString('base64url'));
  return createPrivateKey({
    key: { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x: x ?? '', y: y ?? '' },
    format: 'jwk',
  });
}

function isDnsName(name: string): boolean {
  return (
    name.length <= 253 &&
    /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}))*$/.test(name)
  );
}

/** @param secretKey the content of SECRET_KEY_FILE */
export function deriveAuthority(secretKey: Buffer): Authority {
  const privateKey = derivePrivateKey(secretKey);
  const publicKey = createPublicKey(privateKey);
  const keyId = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
  // Distinguishes two authorities in one file of trusted certificates.
  const issuer = { subject: `Cornac ${keyId.toString('hex').slice(0, 16)}`, privateKey };
  const root = {
    subject: issuer.subject,
    publicKey,
    serial: Buffer.from([1]),
    notBefore: FROM,
    notAfter: TO,
  };
  return {
    certificate: signCertificate(root, issuer),

    isOf(certificate) {
      try {
        const found = new X509Certificate(certificate);
        return found.ca && found.verify(publicKey);
      } catch {
        return false;
      }
    },

    issue(names, now = new Date()) {
      const wrong = names.find((name) => !isIP(name) && !isDnsName(name));
      if (wrong !== undefined || names.length === 0) {
        throw new RangeError(`a certificate is for DNS names and IP addresses, not for ${wrong ?? 'nobody'}`);
      }
      const sorted = [...new Set(names.map((name) => name.toLowerCase()))].sort();
      const server = generateKeyPairSync('ec', { namedCurve: CURVE });
      const until = new Date(now.getTime() + SERVER_YEARS * YEAR_MS);
      const claim = {
        subject: (names[0] ?? '').slice(0, 64),
        publicKey: server.publicKey,
        // Positive and unique.
        serial: Buffer.concat([Buffer.from([0x40]), randomBytes(15)]),
        notBefore: new Date(now.getTime() - SKEW_MS),
        notAfter: until,
        names: sorted,
      };
      const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' });
      return {
        id: createHash('sha256').update(keyId).update(JSON.stringify(sorted)).digest('hex'),
        until,
        renewUntil: new Date(now.getTime() + RENEW_YEARS * YEAR_MS),
        pem: `${key}${signCertificate(claim, issuer)}`,
      };
    },
  };
}

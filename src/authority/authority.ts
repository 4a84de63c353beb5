import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { isIP } from 'node:net';
import { certificateIdentifier, GENERATIONS } from '../model/certificate/certificate.ts';
import { endOfValidity, renewalTime } from '../model/server/certificate.ts';
import { ORDER, toBytes } from './deterministic-ecdsa.ts';
import { type Claim, signCertificate } from './x509.ts';

/** Key and certificate of a server. */
export interface ServerIdentity {
  /** Changes only with the names and with the authority. */
  readonly id: string;
  /** The authority that signed it. */
  readonly authority: string;
  /** The end of its validity. */
  readonly until: Date;
  /** An identity with the same id that ends later than this need not be replaced. */
  readonly renewUntil: Date;
  /** PEM of the private key and the certificate. */
  readonly pem: string;
}

/** Signs servers' certificates. Every holder of the same secret key derives the same authority. */
export interface Authority {
  /** CertificateIdentifier as Cornac gives it; the authority may have further names. */
  readonly identifier: string;
  /** PEM; not secret. The same wherever and whenever it is derived. */
  readonly certificate: string;
  /**
   * Makes a new key and its certificate.
   * @throws RangeError on a name that is neither a DNS name nor an IP address
   */
  issue(names: readonly string[], now?: Date): ServerIdentity;
  /**
   * Makes a new key and a certificate by which a client proves who it is. No server can use it.
   * @param subject the common name; unlike that of a server it has a space, so that no server has the same
   * @returns PEM of both
   */
  issueClient(subject: string, now?: Date): string;
}

const CURVE = 'prime256v1';
/** 128 bits longer than the order, so that no key is more likely than another: FIPS 186-5, A.2.1. */
const SEED_BYTES = 48;

/** The clocks of guests and clients may be slow. */
const SKEW_MS = 86_400_000;

// The same dates in every derivation of the authority.
const FROM = new Date('2026-01-01T00:00:00Z');
const TO = new Date('2076-01-01T00:00:00Z');

function derivePrivateKey(secretKey: Buffer, generation: number): KeyObject {
  const label = `cornac certificate authority ${generation}`;
  const seed = hkdfSync('sha256', secretKey, '', label, SEED_BYTES);
  const scalar = (BigInt(`0x${Buffer.from(seed).toString('hex')}`) % (ORDER - 1n)) + 1n;
  const d = toBytes(scalar);
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
export function deriveAuthority(secretKey: Buffer, generation: number = GENERATIONS[0]): Authority {
  const privateKey = derivePrivateKey(secretKey, generation);
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
  const identifier = certificateIdentifier(generation);
  const certify = (claim: Pick<Claim, 'subject' | 'names' | 'usages'>, now: Date): string => {
    const { publicKey, privateKey: own } = generateKeyPairSync('ec', { namedCurve: CURVE });
    const dated = {
      publicKey,
      // Positive and unique.
      serial: Buffer.concat([Buffer.from([0x40]), randomBytes(15)]),
      notBefore: new Date(now.getTime() - SKEW_MS),
      notAfter: endOfValidity(now),
    };
    return `${own.export({ type: 'pkcs8', format: 'pem' })}${signCertificate({ ...claim, ...dated }, issuer)}`;
  };
  return {
    identifier,
    certificate: signCertificate(root, issuer),

    issue(names, now = new Date()) {
      const wrong = names.find((name) => !isIP(name) && !isDnsName(name));
      if (wrong !== undefined || names.length === 0) {
        throw new RangeError(`a certificate is for DNS names and IP addresses, not for ${wrong ?? 'nobody'}`);
      }
      const sorted = [...new Set(names.map((name) => name.toLowerCase()))].sort();
      return {
        id: createHash('sha256').update(keyId).update(JSON.stringify(sorted)).digest('hex'),
        until: endOfValidity(now),
        authority: identifier,
        renewUntil: renewalTime(now),
        pem: certify({ subject: (names[0] ?? '').slice(0, 64), names: sorted }, now),
      };
    },

    issueClient(subject, now = new Date()) {
      if (!/^[A-Za-z0-9-]+( [A-Za-z0-9-]+)+$/.test(subject) || subject.length > 64) {
        throw new RangeError(`not the name of a client: ${subject}`);
      }
      return certify(
        { subject, names: [subject.replaceAll(' ', '-').toLowerCase()], usages: ['client'] },
        now,
      );
    },
  };
}

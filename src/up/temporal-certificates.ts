import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { type Issuer, signCertificate, type Usage } from '../authority/x509.ts';
import { OWN_TEMPORAL_NAME, type OwnTemporalFiles } from '../config/own-temporal.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const YEARS = 10;
const RENEW_YEARS = 9;
// The clock may be set back a little later.
const SKEW_MS = DAY_MS;

/**
 * Makes the certificates of Temporal. The authority's key is never stored, so no other certificate can be
 * signed. Must run before any process that uses the certificates, because a new authority rejects the old
 * clients. The certificates are made again after a year, and where a kill, a restore or a person has left
 * files that do not fit together.
 */
export async function ensureTemporalCertificates(files: OwnTemporalFiles, now = new Date()): Promise<void> {
  await mkdir(files.directory, { recursive: true });
  await chmod(files.directory, 0o700);
  if (await areSound(files, now).catch(() => false)) return;
  const { publicKey, privateKey } = generateKeys();
  const issuer = { subject: `Cornac's Temporal ${randomBytes(4).toString('hex')}`, privateKey };
  const validity = {
    notBefore: new Date(now.getTime() - SKEW_MS),
    notAfter: new Date(now.getTime() + YEARS * YEAR_MS),
  };
  const authority = signCertificate(
    { subject: issuer.subject, publicKey, serial: serial(), ...validity },
    issuer,
  );
  await writeFileAtomically(files.ca, authority);
  // Temporal's services are clients of each other.
  await issue(files.server, ['127.0.0.1', OWN_TEMPORAL_NAME], ['server', 'client'], issuer, validity);
  await issue(files.client, ['cornac'], ['client'], issuer, validity);
}

function generateKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

/** A random serial number. Its first byte makes it positive. */
function serial(): Buffer {
  return Buffer.concat([Buffer.from([0x40]), randomBytes(15)]);
}

async function issue(
  { cert, key }: { readonly cert: string; readonly key: string },
  names: readonly string[],
  usages: readonly Usage[],
  issuer: Issuer,
  validity: { readonly notBefore: Date; readonly notAfter: Date },
): Promise<void> {
  const { publicKey, privateKey } = generateKeys();
  const claim = { subject: names[0] ?? '', publicKey, serial: serial(), names, usages, ...validity };
  await writeFileAtomically(key, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  await writeFileAtomically(cert, signCertificate(claim, issuer));
}

async function areSound(files: OwnTemporalFiles, now: Date): Promise<boolean> {
  const authority = new X509Certificate(await readFile(files.ca));
  const identities = await Promise.all(
    [files.server, files.client].map(async ({ cert, key }) => ({
      certificate: new X509Certificate(await readFile(cert)),
      privateKey: createPrivateKey(await readFile(key)),
    })),
  );
  return (
    authority.ca &&
    isFresh(authority, now) &&
    identities.every((identity) => isSound(identity, authority, now))
  );
}

function isSound(
  { certificate, privateKey }: { certificate: X509Certificate; privateKey: KeyObject },
  authority: X509Certificate,
  now: Date,
): boolean {
  return (
    isFresh(certificate, now) &&
    certificate.verify(authority.publicKey) &&
    certificate.checkPrivateKey(privateKey)
  );
}

function isFresh({ validFrom, validTo }: X509Certificate, now: Date): boolean {
  return (
    Date.parse(validFrom) <= now.getTime() && Date.parse(validTo) >= now.getTime() + RENEW_YEARS * YEAR_MS
  );
}

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Issuer, signCertificate, type Usage } from '../../src/authority/x509.ts';
import { writeFileAtomically } from '../../src/system/atomic-file.ts';

/** The three certificates of docs/production.md, and their authority. */
export interface Certificates {
  readonly directory: string;
  readonly ca: string;
  readonly client: { readonly cert: string; readonly key: string };
  /** How often the client's certificate was renewed. */
  readonly renewals: () => number;
  /** The end of the client's first certificate, in milliseconds since the epoch. */
  readonly firstEndsAt: number;
  /** Issues a new certificate for gateways and workers. A timer does the same until `close`. */
  renewClient(): Promise<void>;
  close(): void;
}

/** The name in the frontend's certificate, as in docs/temporal/cluster.yaml. */
export const FRONTEND_NAME = 'temporal.example.com';
const CLUSTER_NAME = 'cluster.internal';
const HOUR_MS = 3_600_000;
// Short-lived, as from an authority with a renewal service. A certificate in use when Temporal becomes
// unreachable has expired when Temporal returns. A worker looks for a new certificate every ten seconds.
const CLIENT_MS = 45_000;
const RENEW_MS = 15_000;
// Backdates the certificates, because their times are whole seconds.
const SKEW_MS = 60_000;

/**
 * Makes the certificates. The client's certificate is valid for 45 s and renewed every 15 s, until `close`.
 */
export async function makeCertificates(directory: string): Promise<Certificates> {
  await mkdir(directory, { recursive: true });
  const { publicKey, privateKey } = generateKeys();
  const issuer = { subject: 'Authority of the test cluster', privateKey };
  const ca = join(directory, 'ca.pem');
  const validity = validFor(HOUR_MS * 24);
  await writeFileAtomically(
    ca,
    signCertificate({ subject: issuer.subject, publicKey, serial: serial(), ...validity }, issuer),
  );
  const issue = (name: string, names: readonly string[], usages: readonly Usage[], forMs: number) =>
    issueCertificate(join(directory, name), names, usages, issuer, forMs);
  await issue('cluster', [CLUSTER_NAME], ['server', 'client'], HOUR_MS * 24);
  await issue('frontend', [FRONTEND_NAME], ['server'], HOUR_MS * 24);
  let renewals = -1;
  const renewClient = async () => {
    await issue('client', ['cornac'], ['client'], CLIENT_MS);
    renewals += 1;
  };
  const firstEndsAt = Date.now() + CLIENT_MS;
  await renewClient();
  const timer = setInterval(renewClient, RENEW_MS);
  return {
    directory,
    ca,
    client: { cert: join(directory, 'client.pem'), key: join(directory, 'client.key') },
    renewals: () => renewals,
    firstEndsAt,
    renewClient,
    close: () => clearInterval(timer),
  };
}

function generateKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

/** A positive serial number, different for each certificate. */
function serial(): Buffer {
  return Buffer.concat([Buffer.from([0x40]), randomBytes(15)]);
}

function validFor(ms: number) {
  return { notBefore: new Date(Date.now() - SKEW_MS), notAfter: new Date(Date.now() + ms) };
}

async function issueCertificate(
  path: string,
  names: readonly string[],
  usages: readonly Usage[],
  issuer: Issuer,
  forMs: number,
): Promise<void> {
  const { publicKey, privateKey } = generateKeys();
  const claim = { subject: names[0] ?? '', publicKey, serial: serial(), names, usages, ...validFor(forMs) };
  const certificate = signCertificate(claim, issuer);
  await writeFileAtomically(`${path}.key`, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  await writeFileAtomically(`${path}.pem`, certificate);
}

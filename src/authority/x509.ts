import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { signDeterministically } from './deterministic-ecdsa.ts';

const COMMON_NAME = '2.5.4.3';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';

export type Usage = 'server' | 'client';

const purposes: Readonly<Record<Usage, string>> = { server: id_kp_serverAuth, client: id_kp_clientAuth };

/** What an authority certifies for a key on the curve P-256. */
export interface Claim {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly serial: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names and IP addresses. Without names it is an authority, which may sign no other authority. */
  readonly names?: readonly string[];
  /** The permitted uses of the certificate; default: server only. */
  readonly usages?: readonly Usage[];
}

export interface Issuer {
  readonly subject: string;
  readonly privateKey: KeyObject;
}

function bytesOf(data: Buffer): ArrayBuffer {
  return new Uint8Array(data).buffer;
}

function derOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function keyInfo(publicKey: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(derOf(publicKey), SubjectPublicKeyInfo);
}

/** RFC 5280, 4.2.1.2: SHA-1 of the key's bits. It distinguishes keys and protects nothing. */
function keyIdentifier(publicKey: KeyObject): ArrayBuffer {
  const { subjectPublicKey } = keyInfo(publicKey);
  return bytesOf(createHash('sha1').update(Buffer.from(subjectPublicKey)).digest());
}

function nameOf(commonName: string): Name {
  return new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({
        type: COMMON_NAME,
        value: new AttributeValue({ utf8String: commonName }),
      }),
    ]),
  ]);
}

function extension(extnID: string, value: object, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function extensionsOf({ names, usages = ['server'], publicKey }: Claim, issuerKey: KeyObject): Extension[] {
  const keys = [
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(publicKey))),
    extension(
      id_ce_authorityKeyIdentifier,
      new AuthorityKeyIdentifier({
        keyIdentifier: new KeyIdentifier(keyIdentifier(createPublicKey(issuerKey))),
      }),
    ),
  ];
  if (!names) {
    return [
      ...keys,
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
    ];
  }
  const alternatives = names.map(
    (name) => new GeneralName(isIP(name) ? { iPAddress: name } : { dNSName: name }),
  );
  return [
    ...keys,
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage(usages.map((usage) => purposes[usage]))),
    extension(id_ce_subjectAltName, new SubjectAlternativeName(alternatives)),
  ];
}

/**
 * PEM of a certificate, X.509 version 3, signed with ECDSA and SHA-256. The certificate of an authority is the
 * same each time.
 */
export function signCertificate(claim: Claim, { subject, privateKey }: Issuer): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const { notBefore, notAfter } = claim;
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: bytesOf(claim.serial),
    signature: algorithm,
    issuer: nameOf(subject),
    validity: new Validity({ notBefore, notAfter }),
    subject: nameOf(claim.subject),
    subjectPublicKeyInfo: keyInfo(claim.publicKey),
    extensions: new Extensions(extensionsOf(claim, privateKey)),
  });
  const message = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const signature = claim.names
    ? sign('sha256', message, privateKey)
    : signDeterministically(message, privateKey);
  const der = AsnConvert.serialize(
    new Certificate({ tbsCertificate, signatureAlgorithm: algorithm, signatureValue: bytesOf(signature) }),
  );
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

import { certificateNotFound } from '../errors.ts';

/** A certificate of an authority, which signs certificates of servers. */
export interface CaCertificate {
  /** CertificateIdentifier */
  readonly identifier: string;
  /** SHA-1 of the certificate, as RDS shows it: 40 hexadecimal digits. */
  readonly thumbprint: string;
  readonly validFrom: Date;
  readonly validTill: Date;
}

/** The authority that signs unless another is requested, and the next one. */
export const GENERATIONS = [1, 2] as const;

/** The name of an authority, in the form of RDS's `rds-ca-ecc384-g1`. */
export function certificateIdentifier(generation: number): string {
  return `cornac-ca-ecc256-g${generation}`;
}

/**
 * The names of RDS's authorities, which files of Terraform and Ansible have. Here they are other names of the first
 * authority: docs/decisions/0012.
 */
const RDS_IDENTIFIERS = ['rds-ca-rsa2048-g1', 'rds-ca-rsa4096-g1', 'rds-ca-ecc384-g1'] as const;

/** By each name of an authority, its name as Cornac gives it. */
const OWN_IDENTIFIER: ReadonlyMap<string, string> = new Map([
  ...RDS_IDENTIFIERS.map((identifier) => [identifier, certificateIdentifier(GENERATIONS[0])] as const),
  ...GENERATIONS.map(certificateIdentifier).map((identifier) => [identifier, identifier] as const),
]);

/** Every name of an authority that an instance may have. */
export const CERTIFICATE_IDENTIFIERS: readonly string[] = [...OWN_IDENTIFIER.keys()];

/**
 * CACertificateIdentifier of an instance whose creation names no authority, unless ModifyCertificates chose one. The
 * default of RDS.
 */
export const DEFAULT_CA_CERTIFICATE_IDENTIFIER = RDS_IDENTIFIERS[0];

/** Cornac's own name of the authority that has this name; undefined where no authority has it. */
export function ownIdentifierOf(identifier: string): string | undefined {
  return OWN_IDENTIFIER.get(identifier);
}

/** @throws certificateNotFound for a name that no authority has */
export function refuseUnknownCertificate(identifier: string | undefined): void {
  if (identifier === undefined || OWN_IDENTIFIER.has(identifier)) return;
  throw certificateNotFound(identifier);
}

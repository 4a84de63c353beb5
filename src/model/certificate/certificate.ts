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

/** The name of an authority, in the form of RDS's `rds-ca-ecc384-g1`. */
export function certificateIdentifier(generation: number): string {
  return `cornac-ca-ecc256-g${generation}`;
}

/** The authority that signs unless another is requested, and the next one. */
export const GENERATIONS = [1, 2] as const;

/** Every authority that an instance may have. */
export const CERTIFICATE_IDENTIFIERS: readonly string[] = GENERATIONS.map(certificateIdentifier);

/** CACertificateIdentifier of an instance whose creation names no authority, unless ModifyCertificates chose one. */
export const DEFAULT_CA_CERTIFICATE_IDENTIFIER = certificateIdentifier(GENERATIONS[0]);

/** @throws certificateNotFound for an authority that Cornac does not have */
export function refuseUnknownCertificate(identifier: string | undefined): void {
  if (identifier === undefined || CERTIFICATE_IDENTIFIERS.includes(identifier)) return;
  throw certificateNotFound(identifier);
}

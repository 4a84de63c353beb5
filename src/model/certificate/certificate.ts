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

/** The authority of an instance for which none is named. */
export const DEFAULT_CERTIFICATE = certificateIdentifier(1);

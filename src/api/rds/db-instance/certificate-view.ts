import type { DBInstance } from '@aws-sdk/client-rds';
import type { Instance } from '../../../model/db-instance/instance.ts';

type Certified = Pick<Instance, 'certificate' | 'caCertificateIdentifier' | 'pending'>;

/**
 * The members about the server certificate: of the one that the server has, not of the one that is requested.
 * ValidTill is absent until the server has reported its certificate.
 */
export function showCertificate({
  certificate,
  caCertificateIdentifier,
}: Certified): Pick<DBInstance, 'CACertificateIdentifier' | 'CertificateDetails'> {
  const authority = certificate?.authority ?? caCertificateIdentifier;
  return {
    CACertificateIdentifier: authority,
    CertificateDetails: { CAIdentifier: authority, ValidTill: certificate?.until },
  };
}

/** The authority that the instance is going to have, in its maintenance window or in a moment. */
export function pendingAuthority({
  certificate,
  caCertificateIdentifier,
  pending,
}: Certified): string | undefined {
  const requested = pending.caCertificateIdentifier ?? caCertificateIdentifier;
  return certificate && certificate.authority !== requested ? requested : undefined;
}

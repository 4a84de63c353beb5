import type { DBInstance } from '@aws-sdk/client-rds';
import { DEFAULT_CERTIFICATE } from '../../../model/certificate/certificate.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';

type Certified = Pick<Instance, 'certificate' | 'caCertificateIdentifier' | 'pending'>;

/** The members about TLS. ValidTill is absent until the server has reported its certificate. */
export function toCertificateMembers({
  certificate,
  caCertificateIdentifier = DEFAULT_CERTIFICATE,
}: Certified): Pick<DBInstance, 'CACertificateIdentifier' | 'CertificateDetails'> {
  const authority = certificate?.authority ?? caCertificateIdentifier;
  return {
    CACertificateIdentifier: authority,
    CertificateDetails: { CAIdentifier: authority, ValidTill: certificate?.until },
  };
}

/** The authority that the instance is going to have, in its maintenance window or in a moment. */
export function pendingCertificate({
  certificate,
  caCertificateIdentifier,
  pending,
}: Certified): string | undefined {
  const asked = pending.caCertificateIdentifier ?? caCertificateIdentifier;
  return certificate && certificate.authority !== asked ? asked : undefined;
}

import type { DBInstance } from '@aws-sdk/client-rds';
import { DEFAULT_CERTIFICATE } from '../../../model/certificate/certificate.ts';
import type { Instance } from '../../../model/db-instance/instance.ts';

/** The members about TLS. ValidTill is absent until the server has reported its certificate. */
export function toCertificateMembers({
  certificate,
}: Pick<Instance, 'certificate'>): Pick<DBInstance, 'CACertificateIdentifier' | 'CertificateDetails'> {
  const authority = certificate?.authority ?? DEFAULT_CERTIFICATE;
  return {
    CACertificateIdentifier: authority,
    CertificateDetails: { CAIdentifier: authority, ValidTill: certificate?.until },
  };
}

import type { DBInstance } from '@aws-sdk/client-rds';
import type { Instance } from '../../../model/db-instance/instance.ts';

/**
 * The members about the server certificate. ValidTill is absent, because the inventory does not know when the
 * certificate of a machine ends.
 */
export function showCertificate({
  caCertificateIdentifier,
}: Pick<Instance, 'caCertificateIdentifier'>): Pick<
  DBInstance,
  'CACertificateIdentifier' | 'CertificateDetails'
> {
  return {
    CACertificateIdentifier: caCertificateIdentifier,
    CertificateDetails: { CAIdentifier: caCertificateIdentifier },
  };
}

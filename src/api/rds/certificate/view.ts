import type { Certificate } from '@aws-sdk/client-rds';
import type { Config } from '../../../config/config.ts';
import { formatArn } from '../../../model/arn.ts';
import type { CaCertificate } from '../../../model/certificate/certificate.ts';
import { regionOf } from '../resource-arn.ts';

/**
 * The certificate of an authority as RDS shows it. It belongs to the region and to no account.
 * @param chosen the authority of ModifyCertificates
 */
export function toCertificate(
  { identifier, thumbprint, validFrom, validTill }: CaCertificate,
  chosen: string | null,
  config: Pick<Config, 'regions'>,
): Certificate {
  return {
    CertificateIdentifier: identifier,
    CertificateType: 'CA',
    Thumbprint: thumbprint,
    ValidFrom: validFrom,
    ValidTill: validTill,
    CertificateArn: formatArn({
      region: regionOf(config),
      accountId: '',
      resourceType: 'cert',
      name: identifier,
    }),
    CustomerOverride: identifier === chosen,
    CustomerOverrideValidTill: identifier === chosen ? validTill : undefined,
  };
}

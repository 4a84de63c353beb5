import type { Certificate } from '@aws-sdk/client-rds';
import { formatArn } from '../../../model/arn.ts';
import type { CaCertificate } from '../../../model/certificate/certificate.ts';
import type { Owner } from '../../../model/owner.ts';

/**
 * The certificate of an authority as RDS shows it. It belongs to the region and to no account.
 * @param chosen the authority of ModifyCertificates
 */
export function toCertificate(
  { identifier, thumbprint, validFrom, validTill }: CaCertificate,
  chosen: string | null,
  { region }: Pick<Owner, 'region'>,
): Certificate {
  return {
    CertificateIdentifier: identifier,
    CertificateType: 'CA',
    Thumbprint: thumbprint,
    ValidFrom: validFrom,
    ValidTill: validTill,
    CertificateArn: formatArn({ region, accountId: '', resourceType: 'cert', name: identifier }),
    CustomerOverride: identifier === chosen,
    CustomerOverrideValidTill: identifier === chosen ? validTill : undefined,
  };
}

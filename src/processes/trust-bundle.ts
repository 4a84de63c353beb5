import { X509Certificate } from 'node:crypto';
import type { Authority } from '../authority/authority.ts';
import { bundleOf, loadAuthorities } from '../authority/load.ts';
import type { Config } from '../config/config.ts';
import type { CaCertificate } from '../model/certificate/certificate.ts';

/**
 * The certificates that clients of instances trust, in PEM. Needs SECRET_KEY_FILE, and nothing that runs.
 * @throws ConfigError where the file is missing
 */
export async function trustBundle(config: Pick<Config, 'secretKeyFile'>): Promise<string> {
  return bundleOf(await loadAuthorities(config));
}

/** The authority for users of the API. */
export function describeAuthority({ identifier, certificate }: Authority): CaCertificate {
  const { fingerprint, validFrom, validTo } = new X509Certificate(certificate);
  return {
    identifier,
    thumbprint: fingerprint.replaceAll(':', '').toLowerCase(),
    validFrom: new Date(validFrom),
    validTill: new Date(validTo),
  };
}

import { X509Certificate } from 'node:crypto';
import type { Authority } from '../authority/authority.ts';
import { bundleOf, loadAuthorities } from '../authority/load.ts';
import type { Config } from '../config/config.ts';
import {
  type CaCertificate,
  CERTIFICATE_IDENTIFIERS,
  ownIdentifierOf,
} from '../model/certificate/certificate.ts';

/**
 * The certificates that clients of instances trust, in PEM. Needs SECRET_KEY_FILE, and nothing that runs.
 * @throws ConfigError where the file is missing
 */
export async function trustBundle(config: Pick<Config, 'secretKeyFile'>): Promise<string> {
  return bundleOf(await loadAuthorities(config));
}

/** The authorities for users of the API, by each of their names. */
export function describeAuthorities(authorities: readonly Authority[]): readonly CaCertificate[] {
  return CERTIFICATE_IDENTIFIERS.flatMap((identifier) =>
    authorities
      .filter((each) => each.identifier === ownIdentifierOf(identifier))
      .map(({ certificate }) => {
        const { fingerprint, validFrom, validTo } = new X509Certificate(certificate);
        return {
          identifier,
          thumbprint: fingerprint.replaceAll(':', '').toLowerCase(),
          validFrom: new Date(validFrom),
          validTill: new Date(validTo),
        };
      }),
  );
}

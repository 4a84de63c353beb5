import { ProviderError } from './provider.ts';
import { words } from './words.ts';

/**
 * The versions in `engine_versions=15.14,17.6` of IAAS, separated by commas or blanks.
 * @throws ProviderError Configuration
 */
export function parseEngineVersions(text: string | undefined): string[] {
  const versions = words(text);
  const invalid = versions.find((version) => !/^\d{1,2}(?:\.\d{1,2}){1,2}$/.test(version));
  if (invalid === undefined) return versions;
  throw new ProviderError(
    'Configuration',
    `IAAS: engine_versions has ${invalid}; expected whole versions of PostgreSQL, such as 15.14,17.6`,
  );
}

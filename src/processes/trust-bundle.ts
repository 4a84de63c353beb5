import { bundleOf, loadAuthorities } from '../authority/load.ts';
import type { Config } from '../config/config.ts';

/**
 * The certificates that clients of instances trust, in PEM. Needs SECRET_KEY_FILE, and nothing that runs.
 * @throws ConfigError where the file is missing
 */
export async function trustBundle(config: Pick<Config, 'secretKeyFile'>): Promise<string> {
  return bundleOf(await loadAuthorities(config));
}

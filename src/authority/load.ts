import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { readSecretKey } from '../config/secret-key.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import { type Authority, deriveAuthority } from './authority.ts';

/** The authority of these settings: it follows from SECRET_KEY_FILE. @throws ConfigError where that is missing */
export async function loadAuthority({ secretKeyFile }: Pick<Config, 'secretKeyFile'>): Promise<Authority> {
  return deriveAuthority(await readSecretKey(secretKeyFile));
}

/** Where people find the authority's certificate, for `sslrootcert`. */
export function authorityFile({ stateDir }: Pick<Config, 'stateDir'>): string {
  return join(stateDir, 'authority.crt');
}

/**
 * Writes the authority's certificate for people to use. One of the same authority stays as it is. That it cannot be
 * written is no reason to stop, because nothing of Cornac reads it.
 */
export async function publishAuthority(
  config: Pick<Config, 'stateDir' | 'secretKeyFile'>,
  warn: (message: string) => void,
): Promise<void> {
  await publish(config).catch(({ message }: Error) =>
    warn(`${authorityFile(config)} cannot be written, which clients of instances want: ${message}`),
  );
}

async function publish(config: Pick<Config, 'stateDir' | 'secretKeyFile'>): Promise<void> {
  const file = authorityFile(config);
  const { certificate, isOf } = await loadAuthority(config);
  const present = await readFile(file, 'utf8').catch(() => '');
  if (isOf(present)) return;
  await mkdir(config.stateDir, { recursive: true, mode: 0o711 });
  await writeFileAtomically(file, certificate);
  await chmod(file, 0o644);
}

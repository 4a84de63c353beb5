import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { readSecretKey } from '../config/secret-key.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import { type Authority, deriveAuthority } from './authority.ts';

/** The authority that is derived from SECRET_KEY_FILE. @throws ConfigError where the file is missing */
export async function loadAuthority({ secretKeyFile }: Pick<Config, 'secretKeyFile'>): Promise<Authority> {
  return deriveAuthority(await readSecretKey(secretKeyFile));
}

/** The file of the authority's certificate, for `sslrootcert` of clients. */
export function authorityFile({ stateDir }: Pick<Config, 'stateDir'>): string {
  return join(stateDir, 'authority.crt');
}

/**
 * Writes the authority's certificate for clients. An existing certificate of the same authority stays. A
 * failure is only a warning, because Cornac itself does not read the file.
 */
export async function publishAuthority(
  config: Pick<Config, 'stateDir' | 'secretKeyFile'>,
  warn: (message: string) => void,
): Promise<void> {
  await publish(config).catch(({ message }: Error) =>
    warn(`${authorityFile(config)} cannot be written, but clients of instances need it: ${message}`),
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

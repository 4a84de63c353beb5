import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { readSecretKey } from '../config/secret-key.ts';
import { GENERATIONS } from '../model/certificate/certificate.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import { type Authority, deriveAuthority } from './authority.ts';

/** The authority that is derived from SECRET_KEY_FILE. @throws ConfigError where the file is missing */
export async function loadAuthority({ secretKeyFile }: Pick<Config, 'secretKeyFile'>): Promise<Authority> {
  return deriveAuthority(await readSecretKey(secretKeyFile));
}

/**
 * The authorities that clients should trust: the one that signs, and the next one, so that a later change of
 * authority cuts off no client.
 * @throws ConfigError where SECRET_KEY_FILE is missing
 */
export async function loadAuthorities({
  secretKeyFile,
}: Pick<Config, 'secretKeyFile'>): Promise<readonly Authority[]> {
  const secretKey = await readSecretKey(secretKeyFile);
  return GENERATIONS.map((generation) => deriveAuthority(secretKey, generation));
}

/** The certificates of authorities as one file in PEM, for `sslrootcert` of clients. */
export function bundleOf(authorities: readonly Authority[]): string {
  return authorities.map(({ certificate }) => certificate).join('');
}

/** The file of the bundle. */
export function authorityFile({ stateDir }: Pick<Config, 'stateDir'>): string {
  return join(stateDir, 'authority.crt');
}

/**
 * Writes the bundle for clients. A failure is only a warning, because Cornac itself does not read the file.
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
  const bundle = bundleOf(await loadAuthorities(config));
  if ((await readFile(file, 'utf8').catch(() => '')) === bundle) return;
  await mkdir(config.stateDir, { recursive: true, mode: 0o711 });
  await writeFileAtomically(file, bundle);
  await chmod(file, 0o644);
}

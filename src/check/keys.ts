import { stat } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { readSecretKey } from '../config/secret-key.ts';
import { getMachineKeys, needsKeys } from '../machines/machine-keys.ts';
import { right, unknown, wrong } from '../providers/check-results.ts';
import type { CheckResult } from '../providers/provider.ts';

/** The keys of this computer: SECRET_KEY_FILE seals secrets, the SSH key opens machines. */
export async function checkKeys(config: Config): Promise<CheckResult[]> {
  return [await checkSecretKey(config), ...(needsKeys(config) ? [await checkMachineKeys(config)] : [])];
}

async function checkSecretKey({ secretKeyFile: file }: Config): Promise<CheckResult> {
  const what = 'SECRET_KEY_FILE';
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    if (found.code !== 'ENOENT') {
      return wrong(what, found.message, 'make it readable for the user that runs Cornac');
    }
    const next =
      '`cornac bootstrap` creates it. For an existing inventory, copy the key that the inventory was created with';
    return unknown(what, `${file} does not exist yet`, next);
  }
  const mode = found.mode & 0o777;
  if (mode & 0o077) {
    return wrong(what, `other users can read ${file} (mode ${mode.toString(8)})`, `chmod 600 ${file}`);
  }
  try {
    await readSecretKey(file);
    return right(what, file);
  } catch (error) {
    return wrong(what, (error as Error).message, 'copy the key there that the inventory was created with');
  }
}

async function checkMachineKeys(config: Config): Promise<CheckResult> {
  const what = config.sshKeyFile === undefined ? 'SSH_AUTH_SOCK' : 'SSH_KEY_FILE';
  try {
    const { publicKeys } = await getMachineKeys(config);
    const isKnown = !config.deployKey || publicKeys.some((key) => bare(key) === bare(config.deployKey));
    if (isKnown) {
      return right(
        what,
        `logs in to machines with ${publicKeys.map((key) => key.split(' ', 1)[0]).join(', ')}`,
      );
    }
    const found = 'machines accept DEPLOY_KEY, which is not its public half';
    return wrong(what, found, 'omit DEPLOY_KEY, or set it to the public half of the key that Cornac has');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [found = '', ...next] = error.problems;
    return wrong(what, found, next.join(' '));
  }
}

function bare(publicKey = '') {
  return publicKey.trim().split(/\s+/, 2).join(' ');
}

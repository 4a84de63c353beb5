import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { ProviderError } from '../provider.ts';

export interface KeySettings {
  /** DEPLOY_KEY: let in instead of all keys of the agent or key file. */
  readonly deployKey: string | undefined;
  /** SSH_KEY_FILE */
  readonly keyFile: string | undefined;
  /** SSH_AUTH_SOCK */
  readonly agent: string | undefined;
}

/**
 * Public keys that a new machine lets in, and proof that there is a private one to come in with.
 * @throws ProviderError `Configuration` saying how to get a key
 */
export async function authorizedKeys(settings: KeySettings): Promise<string[]> {
  const own =
    settings.keyFile !== undefined ? [await ofFile(settings.keyFile)] : await ofAgent(settings.agent);
  return settings.deployKey === undefined ? own : [settings.deployKey.trim()];
}

async function ofFile(path: string): Promise<string> {
  const content = await readFile(path).catch((error: Error) =>
    wrong(`SSH_KEY_FILE: ${error.message}`, error),
  );
  const key = ssh2.utils.parseKey(content);
  if (key instanceof Error) return wrong(`SSH_KEY_FILE ${path}: ${key.message}`, key);
  return oneLine(key);
}

async function ofAgent(path: string | undefined): Promise<string[]> {
  if (!path) return wrong('no SSH agent: set SSH_AUTH_SOCK (eval "$(ssh-agent)"; ssh-add) or SSH_KEY_FILE');
  const keys = await new Promise<readonly ssh2.ParsedKey[]>((resolve, reject) => {
    ssh2.createAgent(path).getIdentities((error, found) => {
      if (error) reject(error);
      else resolve((found ?? []).map((one) => ssh2.utils.parseKey(one as Buffer)).filter(isKey));
    });
  }).catch((error: Error) =>
    wrong(`the SSH agent at SSH_AUTH_SOCK does not answer: ${error.message}`, error),
  );
  if (keys.length === 0) return wrong('the SSH agent has no key: add one with ssh-add');
  return keys.map(oneLine);
}

const isKey = (key: ssh2.ParsedKey | Error): key is ssh2.ParsedKey => !(key instanceof Error);

const oneLine = (key: ssh2.ParsedKey) => `${key.type} ${key.getPublicSSH().toString('base64')}`;

function wrong(message: string, cause?: unknown): never {
  throw new ProviderError('Configuration', message, { cause });
}

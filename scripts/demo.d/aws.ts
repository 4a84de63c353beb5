import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadyFile } from '../../src/up/ready-file.ts';
import { ask } from './show.ts';

export interface Aws {
  /**
   * The environment for commands: without the user's settings for the real AWS, with a profile `local` of the
   * demo.
   */
  readonly env: NodeJS.ProcessEnv;
  /** The variables of `env` that a user needs to type further commands. */
  readonly exports: Readonly<Record<string, string>>;
  /** The user's variables that would redirect those commands. */
  readonly unset: readonly string[];
  /** A command line of the aws CLI. */
  command(...args: string[]): string[];
}

/**
 * Points the aws CLI at the stack through files below the state directory. The user's own files stay
 * untouched.
 */
export async function configureAws(
  ready: Pick<ReadyFile, 'stateDir' | 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>,
  userEnv: NodeJS.ProcessEnv = process.env,
): Promise<Aws> {
  const directory = join(ready.stateDir, 'aws');
  const files = { config: join(directory, 'config'), credentials: join(directory, 'credentials') };
  const knowsEndpointOption = supportsEndpointOption((await ask(['aws', '--version'], userEnv)) ?? '');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const endpoint = knowsEndpointOption ? `endpoint_url = ${ready.endpoint}\n` : '';
  writePrivately(files.config, `[profile local]\nregion = ${ready.region}\n${endpoint}`);
  writePrivately(
    files.credentials,
    `[local]\naws_access_key_id = ${ready.accessKeyId}\naws_secret_access_key = ${ready.secretAccessKey}\n`,
  );
  const exports = {
    AWS_CONFIG_FILE: files.config,
    AWS_SHARED_CREDENTIALS_FILE: files.credentials,
    AWS_PROFILE: 'local',
  };
  const foreign = Object.keys(userEnv).filter((name) => name.startsWith('AWS_') || name.startsWith('PG'));
  return {
    env: {
      ...Object.fromEntries(Object.entries(userEnv).filter(([name]) => !foreign.includes(name))),
      ...exports,
      AWS_PAGER: '',
      PAGER: 'cat',
    },
    exports,
    unset: foreign.filter((name) => !(name in exports)),
    command: (...args) => [
      'aws',
      ...(knowsEndpointOption ? [] : ['--endpoint-url', ready.endpoint]),
      ...args,
    ],
  };
}

/**
 * `endpoint_url` in a profile works from 1.29 and 2.13 on (SDKs and Tools Reference Guide, service
 * endpoints).
 */
export function supportsEndpointOption(version: string): boolean {
  const [major = 0, minor = 0] = /aws-cli\/(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
  return major > 2 || minor >= (major === 1 ? 29 : 13);
}

function writePrivately(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
}

import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Config, TlsFiles } from './config.ts';
import { ConfigError } from './config-error.ts';
import { isOfThisComputer, ownTemporalTls } from './own-temporal.ts';
import { guardConfig } from './redact.ts';
import type { Settings } from './settings.ts';
import { readEnvironment, readToml } from './sources.ts';
import { refuseUntrustedFile } from './trusted-file.ts';

const DEFAULT_ADDRESS = '127.0.0.1:7233';

export interface LoadOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Settings of the command line. They override environment and file. */
  readonly overrides?: Settings;
}

/**
 * The settings of file, environment and defaults.
 * @throws ConfigError with every problem of file and environment
 */
export function loadConfig({
  env = process.env,
  cwd = process.cwd(),
  overrides = {},
}: LoadOptions = {}): Config {
  const environment = readEnvironment(env, cwd);
  const stateDir = overrides.STATE_DIR ?? environment.found.STATE_DIR ?? defaultStateDir(env);
  const { file, content } = findFile(env, cwd, stateDir);
  const toml = readToml(content ?? '', file);

  const found = { ...toml.found, ...environment.found, ...overrides };
  const problems = [...toml.problems, ...environment.problems, ...contradictions(found)];
  if (problems.length > 0) throw new ConfigError(problems);

  return deepFreeze(guardConfig(withDefaults(found, file, found.STATE_DIR ?? stateDir)));
}

/** The computer's directory for state, or the user's (XDG base directory specification). */
function defaultStateDir(env: NodeJS.ProcessEnv): string {
  if (process.getuid?.() === 0) return '/var/lib/cornac';
  return join(env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local/state'), 'cornac');
}

function findFile(env: NodeJS.ProcessEnv, cwd: string, stateDir: string) {
  const named = env.CORNAC_CONFIG;
  const here = join(cwd, 'cornac.toml');
  const isInDirectory = !named && existsSync(here);
  if (isInDirectory) refuseUntrustedFile(here, { uid: process.geteuid?.(), env });
  const file = named ? resolve(cwd, named) : isInDirectory ? here : join(stateDir, 'cornac.toml');
  try {
    return { file, content: readFileSync(file, 'utf8') };
  } catch (error) {
    // A named file that is missing is the file that `generate-credentials --save` will write, if its
    // directory exists.
    const isToCome =
      (error as NodeJS.ErrnoException).code === 'ENOENT' && (!named || existsSync(dirname(file)));
    if (isToCome) return { file, content: undefined };
    throw new ConfigError([`${file}: cannot be read: ${(error as Error).message}`]);
  }
}

function withDefaults(found: Settings, file: string, stateDir: string): Config {
  return {
    file,
    stateDir,
    iaas: found.IAAS ?? ['local'],
    machineOrigin: found.MACHINE_ORIGIN ?? 'cornac--origin',
    machinePrefix: found.MACHINE_PREFIX ?? 'cornac-',
    dnsDomain: found.DNS_DOMAIN?.replace(/^\./, ''),
    network: found.NETWORK ?? 'default',
    inventoryNetwork: found.INVENTORY_NETWORK,
    isolateMachines: found.ISOLATE_MACHINES ?? true,
    storagePool: found.STORAGE_POOL ?? 'default',
    vcenterResourcePool: found.VCENTER_RESOURCE_POOL,
    backupRepository: found.BACKUP_REPOSITORY ?? (isLocal(found) ? join(stateDir, 'backups') : undefined),
    deployKey: found.DEPLOY_KEY,
    sshKeyFile: found.SSH_KEY_FILE,
    regions: found.REGION ?? ['local'],
    accountId: found.ACCOUNT_ID ?? '000000000000',
    listen: found.LISTEN ?? { host: 'localhost', port: 5000 },
    opsListen: found.OPS_LISTEN ?? { host: 'localhost', port: 5001 },
    credentials: found.CREDENTIALS ?? {},
    databaseUrl: found.DATABASE_URL,
    secretKeyFile: found.SECRET_KEY_FILE ?? join(stateDir, 'secret.key'),
    temporal: {
      address: found.TEMPORAL_ADDRESS ?? DEFAULT_ADDRESS,
      namespace: found.TEMPORAL_NAMESPACE ?? 'default',
      taskQueue: found.TEMPORAL_TASK_QUEUE ?? 'cornac',
      apiKey: found.TEMPORAL_API_KEY,
      tls: tlsOf(found, stateDir),
      ui: (found.TEMPORAL_UI ?? 'http://127.0.0.1:8233').replace(/\/+$/, ''),
    },
    local: { network: found.LOCAL_NETWORK, user: found.LOCAL_USER },
    logLevel: found.LOG_LEVEL ?? 'info',
  };
}

/**
 * An API key or a certificate implies TLS; Temporal Cloud accepts nothing else. Without any setting, a
 * Temporal on this computer is called with the certificates of `cornac up`, where they exist.
 */
function tlsOf(found: Settings, stateDir: string): boolean | TlsFiles {
  const files: TlsFiles = {
    ...(found.TEMPORAL_TLS_CA && { ca: found.TEMPORAL_TLS_CA }),
    ...(found.TEMPORAL_TLS_CERT && { cert: found.TEMPORAL_TLS_CERT }),
    ...(found.TEMPORAL_TLS_KEY && { key: found.TEMPORAL_TLS_KEY }),
    ...(found.TEMPORAL_TLS_SERVER_NAME && { serverName: found.TEMPORAL_TLS_SERVER_NAME }),
  };
  if (found.TEMPORAL_TLS === false) return false;
  if (Object.keys(files).length > 0) return files;
  if (found.TEMPORAL_TLS !== undefined || found.TEMPORAL_API_KEY !== undefined) return true;
  const own = ownTemporalTls(stateDir);
  return isOfThisComputer(found.TEMPORAL_ADDRESS ?? DEFAULT_ADDRESS) && existsSync(own.cert) && own;
}

function contradictions(found: Settings): string[] {
  const problems: string[] = [];
  if ((found.TEMPORAL_TLS_CERT === undefined) !== (found.TEMPORAL_TLS_KEY === undefined)) {
    problems.push('TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY: expected both or neither');
  }
  if (found.TEMPORAL_TLS === false && found.TEMPORAL_API_KEY !== undefined) {
    problems.push('TEMPORAL_TLS is false, and TEMPORAL_API_KEY would be sent unencrypted; expected true');
  }
  if (found.BACKUP_REPOSITORY !== undefined && !isLocal(found)) {
    problems.push('BACKUP_REPOSITORY: only the machines of IAAS "local" reach a directory; leave it out');
  }
  return problems;
}

function isLocal({ IAAS = ['local'] }: Settings): boolean {
  return IAAS[0] === 'local';
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

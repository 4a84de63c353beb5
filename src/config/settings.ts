import { logLevels } from './config.ts';
import { databaseUrl } from './database-url.ts';
import { iaas } from './iaas.ts';
import { address, credentials, flag, list, oneOf, path, text } from './setting.ts';

/** Every option by its name in the file. In the environment the name begins with `CORNAC_`. */
export const settings = {
  STATE_DIR: path('a directory'),

  IAAS: iaas,
  MACHINE_ORIGIN: text('the name of a machine'),
  MACHINE_PREFIX: text(
    'letters, digits and hyphens, a letter first, at most 20',
    /^[A-Za-z][A-Za-z0-9-]{0,19}$/,
  ),
  DNS_DOMAIN: text('a domain such as "virt"', /^\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/),
  NETWORK: text('the name of a network'),
  INVENTORY_NETWORK: text('the name of a network'),
  ISOLATE_MACHINES: flag,
  STORAGE_POOL: text('the name of a storage pool or datastore'),
  VCENTER_RESOURCE_POOL: text('the path of a resource pool'),
  BACKUP_REPOSITORY: path('a directory'),
  DEPLOY_KEY: text('a public key such as "ssh-ed25519 AAAA…"', /^(ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/=]+( .*)?$/),
  SSH_KEY_FILE: path('the path of a private key'),

  REGION: list(text('', /^[a-z0-9-]+$/), 'a region such as "local", or several'),
  ACCOUNT_ID: text('twelve digits in quotes', /^\d{12}$/),
  LISTEN: address('localhost', 'localhost:5000'),
  OPS_LISTEN: address('localhost', 'localhost:5001'),
  CREDENTIALS: credentials,

  DATABASE_URL: databaseUrl,
  SECRET_KEY_FILE: path('the path of a file'),

  TEMPORAL_ADDRESS: text('host:port such as "localhost:7233"', /^(\[[0-9a-fA-F:.]+\]|[^\s:/]+):\d{1,5}$/),
  TEMPORAL_NAMESPACE: text('the name of a namespace'),
  TEMPORAL_TASK_QUEUE: text('the name of a task queue'),
  TEMPORAL_API_KEY: text('an API key'),
  TEMPORAL_TLS: flag,
  TEMPORAL_TLS_CA: path('the path of a PEM file'),
  TEMPORAL_TLS_CERT: path('the path of a PEM file'),
  TEMPORAL_TLS_KEY: path('the path of a PEM file'),
  TEMPORAL_TLS_SERVER_NAME: text('a host name'),
  TEMPORAL_UI: text('an address such as "http://127.0.0.1:8233"', /^https?:\/\/[^\s]+$/),

  LOCAL_NETWORK: text('a range such as "127.77.0.0/16"', /^127(\.\d{1,3}){3}\/\d{1,2}$/),
  LOCAL_USER: text('the name of an unprivileged user', /^[a-z_][a-z0-9_-]*\$?$/),

  LOG_LEVEL: oneOf(logLevels),
};

export type SettingName = keyof typeof settings;

/** The options that were set; others are absent. */
export type Settings = {
  -readonly [Name in SettingName]?: NonNullable<ReturnType<(typeof settings)[Name]['parse']>>;
};

/** Other well-known names of an option. */
export const aliases: Readonly<Record<string, SettingName>> = { SQLALCHEMY_DATABASE_URI: 'DATABASE_URL' };

/** Options whose values are never shown, not even when they are wrong. */
export const secretSettings: ReadonlySet<string> = new Set([
  'CREDENTIALS',
  'DATABASE_URL',
  'IAAS',
  'TEMPORAL_API_KEY',
]);

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settings, name);
}

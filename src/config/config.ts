/**
 * Effective settings, frozen. `loadConfig` reads them from the file named by `CORNAC_CONFIG` (default
 * `cornac.toml` in the working directory, else in the state directory); `CORNAC_*` variables override the
 * file. The comment of each field is its name in the file. A printed, logged or serialised `Config` shows no
 * secret.
 */
export interface Config {
  /** Path of the file that was read, or that `generate-credentials --save` would write. */
  readonly file: string;
  /** STATE_DIR: everything that Cornac keeps on this computer. Absolute. */
  readonly stateDir: string;

  /** IAAS: `local`, `libvirt`, `libvirt+qemu:///system`, `vcenter+https://…`; several: the hosts of libvirt. */
  readonly iaas: readonly string[];
  /** MACHINE_ORIGIN: the template that machines are cloned from. */
  readonly machineOrigin: string;
  /** MACHINE_PREFIX: the beginning of every machine name of this Cornac. */
  readonly machinePrefix: string;
  /** DNS_DOMAIN: a machine's address is then its name + domain. Without a leading dot. */
  readonly dnsDomain: string | undefined;
  /** NETWORK */
  readonly network: string;
  /** INVENTORY_NETWORK: the network of the inventory's own machine, where it differs. */
  readonly inventoryNetwork: string | undefined;
  /** ISOLATE_MACHINES: whether machines on one libvirt bridge are isolated from each other. */
  readonly isolateMachines: boolean;
  /** STORAGE_POOL */
  readonly storagePool: string;
  /** VCENTER_RESOURCE_POOL */
  readonly vcenterResourcePool: string | undefined;
  /** BACKUP_REPOSITORY: where backups are kept: a directory, for `local` alone. Without it nothing is backed up. */
  readonly backupRepository: string | undefined;
  /** DEPLOY_KEY: public key that machines accept; default: the keys of the agent or key file. */
  readonly deployKey: string | undefined;
  /** SSH_KEY_FILE: private key to use instead of the agent at SSH_AUTH_SOCK. Absolute. */
  readonly sshKeyFile: string | undefined;

  /** REGION: accepted in ARNs and in the scope of signatures. Answers have the region of the request. */
  readonly regions: readonly string[];
  /** ACCOUNT_ID: twelve digits, in ARNs. */
  readonly accountId: string;
  /** LISTEN: host and port of the RDS endpoint. */
  readonly listen: Address;
  /** OPS_LISTEN: host and port of /healthz, /readyz and /metrics. */
  readonly opsListen: Address;
  /** CREDENTIALS: access key id → secret access key. `createCredentialStore` follows changes of the file. */
  readonly credentials: Credentials;

  /** DATABASE_URL (or SQLALCHEMY_DATABASE_URI): the inventory. */
  readonly databaseUrl: string | undefined;
  /** SECRET_KEY_FILE: 32 bytes in base64 that encrypt secrets in the inventory. Absolute. */
  readonly secretKeyFile: string;

  /** TEMPORAL_* */
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly taskQueue: string;
    readonly apiKey: string | undefined;
    /** TEMPORAL_TLS and TEMPORAL_TLS_*; `ca`, `cert` and `key` are absolute paths of PEM files. */
    readonly tls: boolean | TlsFiles;
    /** TEMPORAL_UI: address of the Web UI, for the links that Cornac prints. No slash at its end. */
    readonly ui: string;
  };

  /** LOCAL_NETWORK, LOCAL_USER: the embedded provider's loopback range and unprivileged user. */
  readonly local: { readonly network: string | undefined; readonly user: string | undefined };

  /** LOG_LEVEL */
  readonly logLevel: LogLevel;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

export type Credentials = Readonly<Record<string, string>>;

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

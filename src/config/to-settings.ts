import type { Address, Config } from './config.ts';
import type { SettingName } from './settings.ts';

/** The options that would result in this configuration, in the file's form. */
export function toSettings(config: Config): Partial<Record<SettingName, unknown>> {
  const { temporal, local } = config;
  const tls = typeof temporal.tls === 'boolean' ? undefined : temporal.tls;
  const options: Record<SettingName, unknown> = {
    STATE_DIR: config.stateDir,
    IAAS: single(config.iaas),
    MACHINE_ORIGIN: config.machineOrigin,
    MACHINE_PREFIX: config.machinePrefix,
    DNS_DOMAIN: config.dnsDomain,
    NETWORK: config.network,
    INVENTORY_NETWORK: config.inventoryNetwork,
    ISOLATE_MACHINES: config.isolateMachines,
    STORAGE_POOL: config.storagePool,
    VCENTER_RESOURCE_POOL: config.vcenterResourcePool,
    BACKUP_REPOSITORY: config.backupRepository,
    DEPLOY_KEY: config.deployKey,
    SSH_KEY_FILE: config.sshKeyFile,
    REGION: single(config.regions),
    ACCOUNT_ID: config.accountId,
    LISTEN: formatAddress(config.listen),
    OPS_LISTEN: formatAddress(config.opsListen),
    DATABASE_URL: config.databaseUrl,
    SECRET_KEY_FILE: config.secretKeyFile,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TEMPORAL_TASK_QUEUE: temporal.taskQueue,
    TEMPORAL_API_KEY: temporal.apiKey,
    TEMPORAL_TLS: temporal.tls !== false,
    TEMPORAL_TLS_CA: tls?.ca,
    TEMPORAL_TLS_CERT: tls?.cert,
    TEMPORAL_TLS_KEY: tls?.key,
    TEMPORAL_TLS_SERVER_NAME: tls?.serverName,
    TEMPORAL_UI: temporal.ui,
    LOCAL_NETWORK: local.network,
    LOCAL_USER: local.user,
    LOG_LEVEL: config.logLevel,
    CREDENTIALS: config.credentials,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function single(values: readonly string[]) {
  return values.length === 1 ? values[0] : values;
}

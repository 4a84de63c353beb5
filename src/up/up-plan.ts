import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { type KeyPair, saveCredentials, saveOption } from '../config/edit.ts';
import { generateKeyPair } from '../config/key-pair.ts';
import { isOfThisComputer, ownTemporalTls } from '../config/own-temporal.ts';
import { expectedInventoryUrl } from '../config/require.ts';
import type { Settings } from '../config/settings.ts';
import { formatAddress } from '../config/to-settings.ts';
import { firstLocalAddress } from '../machines/places.ts';
import { cachedPrograms } from '../supervisor/programs.ts';
import { findFreePort, type PortUse } from './ports.ts';
import { temporalProgram } from './temporal-programs.ts';
import { UpError } from './up-error.ts';

export interface UpOptions {
  /** The option is given. The directory is among the settings that are loaded. */
  readonly state?: string;
  readonly port?: number;
  readonly opsPort?: number;
  readonly temporalPort?: number;
  readonly uiPort?: number;
  readonly processes: number;
  readonly readyFile?: string;
}

/** The decisions of `cornac up` before it starts anything. */
export interface UpPlan {
  readonly config: Config;
  /** The environment of its children, which gives them the same settings. */
  readonly env: NodeJS.ProcessEnv;
  readonly ports: readonly PortUse[];
  readonly temporal: {
    readonly port: number;
    readonly uiPort: number;
    readonly programs: { readonly server: string; readonly ui: string };
  };
  readonly processes: number;
  readonly credentials: KeyPair;
  /** What the command line gave, by the names of settings: other commands need it as well. */
  readonly given: Readonly<Record<string, string>>;
  readonly readyFile: string | undefined;
}

/** Loads the settings with these overrides. */
export type Load = (overrides: Settings) => Config;

/**
 * Chooses the ports, of which the command line may give some. Makes missing settings: DATABASE_URL with an address and a password, and a key pair.
 * Saves both in the configuration file, where other commands and the next `up` find them.
 * @throws ConfigError, UpError
 */
export async function planUp(load: Load, options: UpOptions, env: NodeJS.ProcessEnv): Promise<UpPlan> {
  const found = load({});
  const chosen: number[] = [];
  const choosePort = async (wanted: number): Promise<number> => {
    const port = wanted === 0 ? await findFreePort('127.0.0.1', chosen) : wanted;
    chosen.push(port);
    return port;
  };
  const temporalPort = await choosePort(
    options.temporalPort ?? portOf(found.temporal.address, 'TEMPORAL_ADDRESS'),
  );
  const uiPort = await choosePort(options.uiPort ?? portOf(found.temporal.ui, 'TEMPORAL_UI'));
  const listen = { ...found.listen, port: await choosePort(options.port ?? found.listen.port) };
  const opsListen = { ...found.opsListen, port: await choosePort(options.opsPort ?? found.opsListen.port) };
  const cache = cachedPrograms(env);
  const programs = { server: temporalProgram('server', cache, env), ui: temporalProgram('ui', cache, env) };
  const tls = ownTemporalTls(found.stateDir);
  const overrides: Settings = {
    LISTEN: listen,
    OPS_LISTEN: opsListen,
    TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
    TEMPORAL_UI: `http://127.0.0.1:${uiPort}`,
    TEMPORAL_TLS: true,
    TEMPORAL_TLS_CA: tls.ca,
    TEMPORAL_TLS_CERT: tls.cert,
    TEMPORAL_TLS_KEY: tls.key,
    TEMPORAL_TLS_SERVER_NAME: tls.serverName,
  };
  await ensureInventoryUrl(found);
  const credentials = await ensureKeyPair(found);
  const config = load(overrides);
  return {
    config,
    env: { ...env, ...environmentOf(config) },
    ports: [
      { what: 'the RDS endpoint', address: listen, option: '--port' },
      { what: 'health and metrics', address: opsListen, option: '--ops-port' },
      { what: 'Temporal', address: { host: '127.0.0.1', port: temporalPort }, option: '--temporal-port' },
      { what: "Temporal's Web UI", address: { host: '127.0.0.1', port: uiPort }, option: '--ui-port' },
    ],
    temporal: { port: temporalPort, uiPort, programs },
    processes: options.processes,
    credentials,
    given: givenBy(options, config, env),
    readyFile: options.readyFile,
  };
}

/** The settings that the command line gives. The host of a variable is not kept, because the variable may be meant for once. */
function givenBy(
  { state, port, opsPort, temporalPort, uiPort }: UpOptions,
  { stateDir, listen, opsListen, temporal }: Config,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  return {
    ...(state !== undefined && { STATE_DIR: stateDir }),
    ...(port !== undefined && env.CORNAC_LISTEN === undefined && { LISTEN: formatAddress(listen) }),
    ...(opsPort !== undefined &&
      env.CORNAC_OPS_LISTEN === undefined && { OPS_LISTEN: formatAddress(opsListen) }),
    ...(temporalPort !== undefined && { TEMPORAL_ADDRESS: temporal.address }),
    ...(uiPort !== undefined && { TEMPORAL_UI: temporal.ui }),
  };
}

function environmentOf({ file, stateDir, listen, opsListen, temporal, logLevel }: Config): NodeJS.ProcessEnv {
  return {
    CORNAC_CONFIG: file,
    CORNAC_STATE_DIR: stateDir,
    CORNAC_LISTEN: formatAddress(listen),
    CORNAC_OPS_LISTEN: formatAddress(opsListen),
    CORNAC_TEMPORAL_ADDRESS: temporal.address,
    CORNAC_TEMPORAL_UI: temporal.ui,
    CORNAC_TEMPORAL_TLS: 'true',
    ...tlsEnvironment(stateDir),
    CORNAC_LOG_LEVEL: logLevel,
  };
}

function tlsEnvironment(stateDir: string): NodeJS.ProcessEnv {
  const { ca, cert, key, serverName } = ownTemporalTls(stateDir);
  return {
    CORNAC_TEMPORAL_TLS_CA: ca,
    CORNAC_TEMPORAL_TLS_CERT: cert,
    CORNAC_TEMPORAL_TLS_KEY: key,
    CORNAC_TEMPORAL_TLS_SERVER_NAME: serverName,
  };
}

/**
 * The port of an address of this computer.
 * @throws UpError for another computer, because `up` starts its own Temporal
 */
function portOf(address: string, option: string): number {
  const { hostname, port } = new URL(address.includes('://') ? address : `grpc://${address}`);
  if (isOfThisComputer(address)) return Number(port);
  throw new UpError(
    `${option} names another computer, ${hostname}, and \`cornac up\` starts its own Temporal.`,
    'Use `cornac worker` and `cornac serve` with that Temporal, or omit the option.',
  );
}

async function ensureInventoryUrl(config: Config): Promise<void> {
  const { databaseUrl, iaas, file } = config;
  if (databaseUrl !== undefined) return;
  if (iaas[0] !== 'local') {
    throw new UpError(`${file}: DATABASE_URL is not set.`, expectedInventoryUrl(config));
  }
  const address = firstLocalAddress(config);
  const password = randomBytes(24).toString('base64url');
  await saveOption(file, 'DATABASE_URL', `postgresql://cornac:${password}@${address}:5432/cornac`);
}

async function ensureKeyPair({ credentials, file }: Config): Promise<KeyPair> {
  for (const [accessKeyId, secretAccessKey] of Object.entries(credentials)) {
    return { accessKeyId, secretAccessKey };
  }
  const pair = generateKeyPair();
  await saveCredentials(file, pair);
  return pair;
}

import { OWN_TEMPORAL_NAME, type OwnTemporalFiles } from '../config/own-temporal.ts';

const services = ['frontend', 'history', 'matching', 'worker'] as const;

/** Ports of 127.0.0.1: the port for clients, and the ports that the services use among themselves. */
export interface TemporalPorts {
  readonly frontend: number;
  /**
   * One port for each service except the frontend, then one membership port for each service. The port of
   * `worker` is only an identifier: the service takes no calls.
   */
  readonly inner: readonly number[];
}

export const innerPortCount = services.length - 1 + services.length;

export interface TemporalConfigOptions {
  /** The SQLite file; undefined: in memory. */
  readonly database: string | undefined;
  /** Path of the file with the result of `dynamicConfig`. */
  readonly dynamicFile: string;
  readonly ports: TemporalPorts;
  /** undefined: everything in the clear. */
  readonly tls: OwnTemporalFiles | undefined;
}

/**
 * The configuration of a Temporal server in one process: common/config/config.go of temporalio/temporal. The
 * ports of its HTTP API, pprof and metrics are not configured and stay closed.
 */
export function temporalConfig({ database, dynamicFile, ports, tls }: TemporalConfigOptions) {
  const [history = 0, matching = 0, worker = 0, ...membership] = ports.inner;
  const grpc = { frontend: ports.frontend, history, matching, worker };
  const address = `127.0.0.1:${ports.frontend}`;
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'sqlite',
      visibilityStore: 'sqlite',
      // The number of the development server, whose database files are taken over.
      numHistoryShards: 1,
      datastores: { sqlite: { sql: sqlite(database) } },
    },
    global: {
      membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' },
      ...(tls && { tls: mutualTls(tls) }),
    },
    services: Object.fromEntries(
      services.map((service, index) => [
        service,
        {
          rpc: { grpcPort: grpc[service], membershipPort: membership[index] ?? 0, bindOnIP: '127.0.0.1' },
        },
      ]),
    ),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: address },
      },
    },
    publicClient: { hostPort: address },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicFile, pollInterval: '1h' },
  };
}

function sqlite(database: string | undefined) {
  return {
    pluginName: 'sqlite',
    connectAddr: 'localhost',
    connectProtocol: 'tcp',
    maxConns: 1,
    maxIdleConns: 1,
    ...(database === undefined
      ? { databaseName: 'temporal', connectAttributes: { mode: 'memory', cache: 'private' } }
      : {
          // The name becomes part of a URI: sqlite.org/uri.html.
          databaseName: database.replace(/[%?#]/g, encodeURIComponent),
          // With a write-ahead log a commit is one append. FULL (2) syncs it, so that the histories that
          // Temporal has confirmed, and the operations that Cornac has accepted, survive a power cut.
          connectAttributes: { mode: 'rwc', setup: 'true', journal_mode: 'wal', synchronous: '2' },
        }),
  };
}

function mutualTls({ ca, server }: OwnTemporalFiles) {
  const listener = {
    certFile: server.cert,
    keyFile: server.key,
    requireClientAuth: true,
    clientCaFiles: [ca],
  };
  const client = { serverName: OWN_TEMPORAL_NAME, rootCaFiles: [ca] };
  return {
    internode: { server: listener, client },
    frontend: { server: listener, client },
    systemWorker: { certFile: server.cert, keyFile: server.key, client },
  };
}

/** Settings that are not part of `temporalConfig`: common/dynamicconfig/constants.go. */
export function dynamicConfig(tls: boolean) {
  const values = {
    'system.enableRingpopTLS': tls,
    // The values of the development server. The first bypasses a cache, so that our search attribute can be
    // used as soon as it exists; the server then reads its database more often, hence the QPS. The last two
    // save memory and allow one `list` for every operation of a big fleet.
    'system.forceSearchAttributesCacheRefreshOnRead': true,
    'frontend.persistenceMaxQPS': 10_000,
    'history.persistenceMaxQPS': 45_000,
    'history.hostLevelCacheMaxSize': 8_096,
    'frontend.namespaceRPS.visibility': 100,
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [{ value }]]));
}

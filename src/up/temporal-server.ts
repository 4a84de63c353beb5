import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Connection } from '@temporalio/client';
import { OWN_TEMPORAL_NAME, type OwnTemporalFiles } from '../config/own-temporal.ts';
import type { ChildSpec } from '../supervisor/child.ts';
import type { ChildLog } from '../supervisor/child-log.ts';
import { spawnBound } from '../supervisor/programs.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import { dynamicConfig, temporalConfig } from './temporal-config.ts';
import { reportsDamage, temporalDatabase } from './temporal-database.ts';
import { ensureNamespace } from './temporal-namespace.ts';
import { chooseInnerPorts } from './temporal-ports.ts';

export interface TemporalServerOptions {
  /** Path of the server, see `temporalProgram`. */
  readonly program: string;
  /** The directory of its files. */
  readonly directory: string;
  /** The SQLite file; undefined: in memory. */
  readonly database: string | undefined;
  readonly port: number;
  /** Ports that its inner ports must not use, because other programs are about to listen there. */
  readonly taken?: readonly number[];
  readonly namespace: string;
  /** Certificates; undefined: everything in the clear. */
  readonly tls: OwnTemporalFiles | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly log: ChildLog;
  /** Prints a message that requires no action. */
  readonly report?: (line: string) => void;
}

const CONFIG = 'temporal.yaml';

// The first attempt comes before the server listens.
const FAST_RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 20, 'grpc.max_reconnect_backoff_ms': 50 };

/** Temporal's server: one process with its state in one SQLite file. */
export function temporalServer(options: TemporalServerOptions): ChildSpec {
  const { program, directory, database: file, env, log, report = () => {} } = options;
  const database = file === undefined ? undefined : temporalDatabase(file);
  const configDirectory = join(directory, 'config');
  /** Size of the log at the start of a server that has not served yet. */
  let startedAt: number | undefined;

  /** A damaged file is renamed. Only histories are lost, because open operations are started again. */
  const moveDamagedAside = (): void => {
    if (database === undefined || startedAt === undefined || !reportsDamage(log.since(startedAt))) return;
    const aside = database.setAside();
    report(`temporal  starts without earlier histories: its database is damaged, and was moved to ${aside}`);
  };

  return {
    name: 'temporal',
    start: async () => {
      moveDamagedAside();
      startedAt = log.size();
      database?.prepare();
      await writeConfig(options, configDirectory);
      return spawnBound(
        program,
        [
          ...['--root', directory, '--config', basename(configDirectory), '--env', basename(CONFIG, '.yaml')],
          // Every client with a certificate may do everything.
          ...['--allow-no-auth', 'start'],
        ],
        withoutTemporal(env),
        log,
      );
    },
    ready: async (_child, signal, reportProblem) => {
      await makeNamespace(options, signal, reportProblem);
      startedAt = undefined;
      database?.finish();
    },
    graceMs: 10_000,
  };
}

/** Writes JSON, because JSON is valid YAML. */
async function writeConfig(
  { directory, database, port, taken = [], tls }: TemporalServerOptions,
  configDirectory: string,
): Promise<void> {
  await mkdir(configDirectory, { recursive: true, mode: 0o700 });
  const dynamicFile = join(configDirectory, 'dynamic.yaml');
  const inner = await chooseInnerPorts(join(directory, 'ports.json'), [port, ...taken]);
  const config = temporalConfig({ database, dynamicFile, ports: { frontend: port, inner }, tls });
  await writeFileAtomically(dynamicFile, JSON.stringify(dynamicConfig(tls !== undefined)));
  await writeFileAtomically(join(configDirectory, CONFIG), JSON.stringify(config, null, 2));
}

/** Removes the user's TEMPORAL_* variables, which override the server's path of its configuration, and more. */
function withoutTemporal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

async function makeNamespace(
  { port, namespace, tls }: TemporalServerOptions,
  signal: AbortSignal,
  reportProblem: (why: string) => void,
): Promise<void> {
  const connection = Connection.lazy({
    address: `127.0.0.1:${port}`,
    tls: tls ? await clientTls(tls) : false,
    channelArgs: FAST_RECONNECT,
  });
  try {
    await ensureNamespace(connection, namespace, signal, reportProblem);
  } finally {
    await connection.close();
  }
}

async function clientTls({ ca, client }: OwnTemporalFiles) {
  const [serverRootCACertificate, crt, key] = await Promise.all([
    readFile(ca),
    readFile(client.cert),
    readFile(client.key),
  ]);
  // gRPC sends the expected server name, and RFC 6066, section 3, forbids an address there.
  return { serverRootCACertificate, clientCertPair: { crt, key }, serverNameOverride: OWN_TEMPORAL_NAME };
}

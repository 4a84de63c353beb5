import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { cachedPrograms } from '../../src/supervisor/programs.ts';
import { isFree } from '../../src/up/ports.ts';
import { ensureNamespace } from '../../src/up/temporal-namespace.ts';
import { temporalProgram, temporalPrograms } from '../../src/up/temporal-programs.ts';
import { findFreePorts } from '../acceptance/stack.ts';
import { connectTo, type TemporalPlace } from '../acceptance/temporal.ts';
import { type Certificates, FRONTEND_NAME } from './certificates.ts';
import { query, startDatabase } from './database.ts';
import type { Service } from './service.ts';
import type { Services } from './services.ts';

export interface TemporalCluster {
  readonly place: TemporalPlace & { readonly namespace: string };
  readonly database: Service;
  /** The frontend and Temporal's own worker. */
  readonly frontend: Service;
  /** History and matching. */
  readonly history: Service;
}

const NAMESPACE = 'cornac';
const DOCS = new URL('../../docs/temporal/', import.meta.url);
const run = promisify(execFile);

/** Makes the tables with the commands of docs/production.md. */
async function makeSchema(port: number): Promise<void> {
  const programs = cachedPrograms(process.env);
  // The cache names the tool by the version of the server.
  const tool = join(programs, temporalPrograms.server.replace('temporal-server', 'temporal-sql-tool'));
  const common = [
    '--plugin',
    'postgres12',
    '--ep',
    '127.0.0.1',
    '--port',
    String(port),
    '--user',
    'temporal',
  ];
  const sql = (database: string, ...args: string[]) =>
    run(tool, [...common, '--db', database, ...args], { env: { ...process.env, SQL_PASSWORD: 'unused' } });
  const schemas = { temporal: 'postgresql/v12/temporal', temporal_visibility: 'postgresql/v12/visibility' };
  for (const [database, schema] of Object.entries(schemas)) {
    await sql(database, 'create');
    await sql(database, 'setup-schema', '-v', '0.0');
    await sql(database, 'update-schema', '--schema-name', schema);
  }
}

/** Free ports that fit into 15 bits, because on PostgreSQL the membership's ports are in such a column. */
async function findSmallPorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(10_000, 32_000);
    if (await isFree({ host: '127.0.0.1', port })) found.add(port);
  }
  return [...found];
}

/**
 * Writes docs/temporal/cluster.yaml with its capitalized words replaced, and each port replaced by a free
 * one.
 * @returns the frontend's port
 */
async function writeConfig(directory: string, tls: string, databasePort: number): Promise<number> {
  const template = await readFile(new URL('cluster.yaml', DOCS), 'utf8');
  const known = [...new Set(template.match(/(?<=Port: )\d+/g) ?? [])];
  const free = await findSmallPorts(known.length);
  const ports = new Map(known.map((port, index) => [port, free[index] ?? 0]));
  const words = [
    [/DATABASE_HOST:5432/g, `127.0.0.1:${databasePort}`],
    [/OWN_ADDRESS/g, '127.0.0.1'],
    [/\bPASSWORD\b/g, 'unused'],
    [/\bTLS(?=\/)/g, tls],
    [/\bCONFIG(?=\/)/g, directory],
    [/(?<=Port: |127\.0\.0\.1:)\d{4}\b/g, (port: string) => String(ports.get(port) ?? port)],
  ] as const;
  const config = words.reduce((text, [word, value]) => text.replace(word, value as string), template);
  await writeFile(join(directory, 'cluster.yaml'), config);
  await writeFile(join(directory, 'dynamic.yaml'), await readFile(new URL('dynamic.yaml', DOCS), 'utf8'));
  return ports.get('7233') ?? 0;
}

/** Temporal in two processes, as in docs/production.md. */
export async function startTemporalCluster(
  directory: string,
  certificates: Certificates,
  place: Services,
): Promise<TemporalCluster> {
  const [databasePort = 0] = await findFreePorts(1);
  const database = await startDatabase('temporal-database', join(directory, 'database'), databasePort, place);
  await database.untilReady();
  await query(
    `postgresql://postgres@127.0.0.1:${databasePort}/postgres`,
    'CREATE ROLE temporal LOGIN CREATEDB',
  );
  await makeSchema(databasePort);
  const config = join(directory, 'config');
  await mkdir(config);
  const port = await writeConfig(config, certificates.directory, databasePort);
  const at = {
    address: `127.0.0.1:${port}`,
    namespace: NAMESPACE,
    tls: { ca: certificates.ca, ...certificates.client, serverName: FRONTEND_NAME },
  };
  const startProcess = (name: string, probe: (client: Client) => Promise<unknown>, ...services: string[]) =>
    place.start({
      name,
      command: [
        temporalProgram('server', cachedPrograms(process.env), process.env),
        // Before 1.30 temporal-server has no --config-file.
        ...['--root', directory, '--config', 'config', '--env', 'cluster', '--allow-no-auth', 'start'],
        ...services.flatMap((service) => ['--service', service]),
      ],
      probe: () => withTemporal(at, probe),
    });
  // One after the other, because of two that start at once on an empty database one ends.
  const frontend = startProcess(
    'temporal-frontend',
    ({ workflowService }) => workflowService.getSystemInfo({}),
    ...['frontend', 'worker'],
  );
  await frontend.untilReady();
  const history = startProcess('temporal-history', askHistory, 'history', 'matching');
  await history.untilReady();
  await withTemporal(at, ({ connection }) =>
    ensureNamespace(connection as Connection, NAMESPACE, new AbortController().signal),
  );
  return { place: at, database, frontend, history };
}

// gRPC's NOT_FOUND
const NOT_FOUND = 5;

/** NOT_FOUND proves that history answers, because only history knows that this run does not exist. */
async function askHistory({ workflowService }: Client): Promise<void> {
  try {
    await workflowService.describeWorkflowExecution({
      namespace: NAMESPACE,
      execution: { workflowId: 'nobody' },
    });
  } catch (error) {
    if (!(error instanceof Object && 'code' in error && error.code === NOT_FOUND)) throw error;
  }
}

/** Uses a new connection with the present certificate. */
export async function withTemporal<T>(at: TemporalPlace, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ ...connectTo(at), connectTimeout: 2_000 });
  try {
    const client = new Client({ connection, ...(at.namespace && { namespace: at.namespace }) });
    return await client.withDeadline(Date.now() + 5_000, () => use(client));
  } finally {
    await connection.close();
  }
}

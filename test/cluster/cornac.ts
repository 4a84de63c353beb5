import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startDeadline } from '../../src/system/deadline.ts';
import { type Access, CLI, cleanEnvironment, findFreePorts } from '../acceptance/stack.ts';
import { query, startDatabase, startPooler } from './database.ts';
import type { Service } from './service.ts';
import type { Services } from './services.ts';
import type { TemporalCluster } from './temporal-cluster.ts';

/** Gateways and workers as on two hosts, each with its own cornac.toml, and their inventory. */
export interface Cornac {
  /** The directory of the machines. */
  readonly stateDir: string;
  /** The port of each gateway, without a proxy. */
  readonly ports: readonly [number, number];
  readonly access: Omit<Access, 'endpoint'>;
  /** The configuration file that an operator uses. */
  readonly config: string;
  /** The environment of an operator's commands. */
  readonly env: NodeJS.ProcessEnv;
  readonly database: Service;
  readonly pooler: Service;
  readonly gateways: readonly [Service, Service];
  readonly workers: readonly [Service, Service];
  /** The number of operations in this state. */
  countOperations(state: 'pending' | 'running' | 'succeeded'): Promise<number>;
  /** Ids of the instances with a running operation. */
  listRunning(): Promise<string[]>;
}

const REGION = 'local';

function toToml(
  settings: Readonly<Record<string, string>>,
  key: Pick<Access, 'accessKeyId' | 'secretAccessKey'>,
) {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [...lines, '[CREDENTIALS]', `${key.accessKeyId} = "${key.secretAccessKey}"`, ''].join('\n');
}

async function answers(url: string): Promise<void> {
  const deadline = startDeadline(5_000);
  try {
    const answer = await fetch(url, { signal: deadline.signal });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  } finally {
    deadline.dispose();
  }
}

/** Starts all parts, in the order of docs/production.md. */
export async function startCornac(
  directory: string,
  temporal: TemporalCluster,
  place: Services,
): Promise<Cornac> {
  const stateDir = join(directory, 'state');
  await mkdir(join(stateDir, 'machines'), { recursive: true });
  for (const each of [directory, stateDir, join(stateDir, 'machines')]) await chmod(each, 0o711);
  const [databasePort = 0, poolerPort = 0, first = 0, second = 0, ...ops] = await findFreePorts(6);
  const database = await startDatabase(
    'inventory-database',
    join(directory, 'inventory'),
    databasePort,
    place,
  );
  await database.untilReady();
  await query(`postgresql://postgres@127.0.0.1:${databasePort}/postgres`, 'CREATE DATABASE cornac');
  const inventory = `postgresql://postgres@127.0.0.1:${databasePort}/cornac`;
  const pooler = await startPooler(join(directory, 'pgbouncer'), inventory, poolerPort, place);
  await pooler.untilReady();

  const secretKey = join(directory, 'secret.key');
  await writeFile(secretKey, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  const key = {
    accessKeyId: 'CORNACCLUSTER0000000',
    secretAccessKey: randomBytes(30).toString('hex').slice(0, 40),
  };
  const { address, namespace, tls } = temporal.place;
  const network = `127.${randomInt(16, 250)}.${randomInt(0, 250)}.0/24`;
  const writeConfig = async (name: string, settings: Readonly<Record<string, string>>) => {
    const file = join(directory, `${name}.toml`);
    const common = {
      IAAS: 'local',
      LOCAL_NETWORK: network,
      REGION,
      DATABASE_URL: `postgresql://postgres@127.0.0.1:${poolerPort}/cornac?sslmode=disable`,
      SECRET_KEY_FILE: secretKey,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      TEMPORAL_TLS_CA: tls?.ca ?? '',
      TEMPORAL_TLS_CERT: tls?.cert ?? '',
      TEMPORAL_TLS_KEY: tls?.key ?? '',
      TEMPORAL_TLS_SERVER_NAME: tls?.serverName ?? '',
    };
    await writeFile(file, toToml({ ...common, ...settings }, key), { mode: 0o600 });
    return { ...cleanEnvironment(), CORNAC_CONFIG: file };
  };

  const startWorker = async (name: string) =>
    place.start({
      name,
      command: [process.execPath, CLI, 'worker', '--processes', '1'],
      // The provider `local` keeps its machines in one directory of one computer.
      env: await writeConfig(name, { STATE_DIR: stateDir }),
      probe: async (said) => {
        if (!said().includes('accepts work')) throw new Error('it takes no work yet');
      },
    });
  const startGateway = async (name: string, port: number, opsPort = 0) =>
    place.start({
      name,
      command: [process.execPath, CLI, 'serve'],
      env: await writeConfig(name, {
        STATE_DIR: join(directory, name),
        LISTEN: `127.0.0.1:${port}`,
        OPS_LISTEN: `127.0.0.1:${opsPort}`,
      }),
      probe: () => answers(`http://127.0.0.1:${opsPort}/readyz`),
      mustNotEnd: true,
    });

  const env = await writeConfig('operator', { STATE_DIR: stateDir });
  await promisify(execFile)(process.execPath, [CLI, 'migratedb'], { env, timeout: 60_000 });
  const workers = [await startWorker('worker-1'), await startWorker('worker-2')] as const;
  for (const worker of workers) await worker.untilReady();
  const gateways = [
    await startGateway('gateway-1', first, ops[0]),
    await startGateway('gateway-2', second, ops[1]),
  ] as const;
  for (const gateway of gateways) await gateway.untilReady();
  return {
    ...{
      stateDir,
      ports: [first, second],
      access: { region: REGION, ...key },
      config: env.CORNAC_CONFIG,
      env,
    },
    ...{ database, pooler, gateways, workers },
    async countOperations(state) {
      const [row] = await query(
        inventory,
        `SELECT count(*)::int AS n FROM operation WHERE state = '${state}'`,
      );
      return Number(row?.n);
    },
    async listRunning() {
      const rows = await query(
        inventory,
        `SELECT dbi_resource_id AS id FROM operation WHERE state = 'running'`,
      );
      return rows.map(({ id }) => String(id));
    },
  };
}

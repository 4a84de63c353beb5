import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateDBInstanceCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import pg from 'pg';
import { parse } from 'smol-toml';
import { Pool } from 'undici';
import { findFreePorts, type Stack } from '../test/acceptance/stack.ts';

const INSTANCES = 100;
const SECONDS = 8;
const CONNECTIONS = 4;
const END = Buffer.from('</DescribeDBInstancesResponse>');

interface Signed {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A DescribeDBInstances request that the SDK has signed. The signature is valid for 15 minutes. */
async function sign(client: RDSClient): Promise<Signed> {
  let signed: Signed | undefined;
  client.middlewareStack.add(
    (next) => (args) => {
      const { path, headers, body } = args.request as Signed;
      signed = { path, headers, body };
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'capture' },
  );
  const { DBInstances = [] } = await client.send(new DescribeDBInstancesCommand({}));
  if (DBInstances.length !== INSTANCES || !signed) {
    throw new Error(`${DBInstances.length} instances are listed`);
  }
  return signed;
}

/** Answers a second, over a few connections that never pause. */
async function measureRate(endpoint: string, { path, headers, body }: Signed): Promise<number> {
  const pool = new Pool(new URL(endpoint).origin, { connections: CONNECTIONS });
  const ask = async () => {
    const answer = await pool.request({ path, method: 'POST', headers, body });
    // The bytes are not decoded, because the client shares the processor with the gateway.
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    if (answer.statusCode !== 200 || !bytes.subarray(-END.length).equals(END))
      throw new Error(bytes.toString());
  };
  await ask();
  let answers = 0;
  const begun = performance.now();
  const end = begun + SECONDS * 1000;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < end) {
        await ask();
        answers++;
      }
    }),
  );
  const rate = answers / ((performance.now() - begun) / 1000);
  await pool.close();
  return rate;
}

/** Fills the inventory up to 100 instances. They are `stopped`, so the reconciler does not miss their machines. */
async function fill({ config }: Stack): Promise<void> {
  const { DATABASE_URL } = parse(await readFile(config, 'utf8'));
  const client = new pg.Client({ connectionString: String(DATABASE_URL) });
  await client.connect();
  await client.query(
    `INSERT INTO instance
     SELECT (jsonb_populate_record(instance, jsonb_build_object(
       'dbi_resource_id', 'db-' || upper(substr(md5(n::text), 1, 26)),
       'identifier', 'filled-' || n, 'primary_server_id', NULL, 'status', 'stopped'))).*
     FROM instance, generate_series(1, $1 - (SELECT count(*)::int FROM instance)) n
     WHERE identifier = 'cornac'`,
    [INSTANCES],
  );
  await client.query(
    `INSERT INTO endpoint (identifier, dbi_resource_id, port)
     SELECT identifier, dbi_resource_id, 5432 FROM instance WHERE primary_server_id IS NULL`,
  );
  await client.query(
    `INSERT INTO server (id, dbi_resource_id, role, machine)
     SELECT gen_random_uuid(), dbi_resource_id, 'primary', 'cornac-' || identifier
       FROM instance WHERE primary_server_id IS NULL`,
  );
  await client.query(
    `UPDATE instance AS i SET primary_server_id = s.id
       FROM server AS s WHERE s.dbi_resource_id = i.dbi_resource_id AND i.primary_server_id IS NULL`,
  );
  await client.end();
}

async function measureMoto(): Promise<number> {
  const [port] = await findFreePorts(1);
  const endpoint = `http://127.0.0.1:${port}`;
  const moto = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', `${port}`], {
    stdio: 'ignore',
  });
  try {
    const client = new RDSClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' },
    });
    for (let tries = 0; ; tries++) {
      const up = await fetch(endpoint).catch(() => undefined);
      if (up) break;
      if (tries > 200) throw new Error('moto did not start: scripts/setup --test installs it');
      await delay(100);
    }
    for (let index = 0; index < INSTANCES; index++) {
      await client.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: `filled-${index}`,
          DBInstanceClass: 'db.t2.micro',
          Engine: 'postgres',
          AllocatedStorage: 20,
          MasterUsername: 'postgres',
          MasterUserPassword: 'C0nfidentiel',
        }),
      );
    }
    return await measureRate(endpoint, await sign(client));
  } finally {
    moto.kill();
    await once(moto, 'exit');
  }
}

/** DescribeDBInstances calls a second with 100 instances, as a ratio to moto's server. */
export async function measureDescribe(rds: RDSClient, stack: Stack) {
  await fill(stack);
  const ours = await measureRate(stack.endpoint, await sign(rds));
  const moto = await measureMoto();
  return { describe_per_second: ours, moto_per_second: moto, describe_moto: ours / moto };
}

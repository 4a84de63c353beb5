import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { deriveAuthority } from '../../src/authority/authority.ts';
import { bundleOf } from '../../src/authority/load.ts';
import { createGuest } from '../../src/guest/guest.ts';
import type { RunningMachine } from '../../src/providers/provider.ts';
import {
  guestScriptsDir,
  type LocalWorld,
  makeLocalWorld,
  makeServer,
  scramVerifier,
} from '../support/local/world.ts';
import { compileJdbc } from './jdbc.ts';
import { PYTHON } from './python.ts';

const PASSWORD = 'opensesame';
const BRIDGE = fileURLToPath(new URL('python.py', import.meta.url));

type Mode = 'disable' | 'require' | 'verify-ca' | 'verify-full';

interface Attempt {
  readonly mode: Mode;
  /** File of the trusted authorities. */
  readonly authorities: string;
  readonly host: string;
}

/** Connects with a client. @returns whether the session has TLS. @throws Error with the client's message */
type Client = (attempt: Attempt) => Promise<boolean>;

async function psql({ mode, authorities, host }: Attempt): Promise<boolean> {
  const trusted = mode.startsWith('verify') ? ` sslrootcert=${authorities}` : '';
  const to = `host=${host} user=postgres dbname=test0 password=${PASSWORD} sslmode=${mode}${trusted}`;
  const sql = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
  return (await promisify(execFile)('psql', ['-XAt', to, '-c', sql])).stdout.trim() === 't';
}

async function nodePostgres({ mode, authorities, host }: Attempt): Promise<boolean> {
  const ca = readFileSync(authorities, 'utf8');
  const ssl: pg.ClientConfig['ssl'] = {
    disable: false,
    require: { rejectUnauthorized: false },
    'verify-ca': { ca, checkServerIdentity: () => undefined },
    'verify-full': { ca },
  }[mode];
  const client = new pg.Client({ host, user: 'postgres', database: 'test0', password: PASSWORD, ssl });
  client.on('error', () => {});
  try {
    await client.connect();
    const sql = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
    return (await client.query(sql)).rows[0].ssl;
  } finally {
    await client.end().catch(() => {});
  }
}

function python(driver: string): Client {
  return async ({ mode, authorities, host }) => {
    const input = { mode, authorities, host, user: 'postgres', password: PASSWORD, database: 'test0' };
    const output = execFileSync(PYTHON, [BRIDGE, driver], { input: JSON.stringify(input), encoding: 'utf8' });
    const { ssl, error } = JSON.parse(output);
    if (error !== undefined) throw new Error(error);
    return ssl;
  };
}

let viaJdbc: ReturnType<typeof compileJdbc>;

async function jdbc({ mode, authorities, host }: Attempt): Promise<boolean> {
  const trusted = mode.startsWith('verify') ? `&sslrootcert=${authorities}` : '';
  return viaJdbc(`jdbc:postgresql://${host}:5432/test0?sslmode=${mode}${trusted}`, 'postgres', PASSWORD);
}

const clients: Readonly<Record<string, Client>> = {
  psql,
  'node-postgres': nodePostgres,
  asyncpg: python('asyncpg'),
  psycopg: python('psycopg'),
  JDBC: jdbc,
};

describe('TLS of clients', () => {
  const secret = randomBytes(32);
  const [present, next] = [deriveAuthority(secret, 1), deriveAuthority(secret, 2)];
  let signing = present;
  let world: LocalWorld;
  let machine: RunningMachine;
  let files: Readonly<Record<'bundle' | 'stranger', string>>;
  let certify: () => Promise<unknown>;

  before(async () => {
    world = await makeLocalWorld();
    const guest = createGuest({
      ssh: world.ssh,
      scriptsDir: guestScriptsDir,
      identify: async ({ address, name }) => signing.issue([address, name]),
    });
    machine = await makeServer(world, 'cornac-clients');
    await guest.ensureMaster(machine, {
      user: 'postgres',
      database: 'test0',
      verifier: scramVerifier(PASSWORD),
    });
    viaJdbc = compileJdbc(world.stateDir);
    certify = () => guest.configure(machine, { shared_buffers: '16MB', 'rds.force_ssl': '1' });
    await certify();
    files = { bundle: join(world.stateDir, 'bundle.pem'), stranger: join(world.stateDir, 'stranger.pem') };
    writeFileSync(files.bundle, bundleOf([present, next]));
    writeFileSync(files.stranger, deriveAuthority(randomBytes(32)).certificate);
  });
  after(() => world.remove());

  const attempt = (mode: Mode, authorities = files.bundle, host = machine.address) => ({
    mode,
    authorities,
    host,
  });

  for (const [name, connect] of Object.entries(clients)) {
    test(`${name} connects with require, verify-ca and verify-full`, async () => {
      for (const mode of ['require', 'verify-ca', 'verify-full'] as const) {
        assert.equal(await connect(attempt(mode)), true, mode);
      }
    });

    test(`${name} refuses a server of another authority`, async () => {
      for (const mode of ['verify-ca', 'verify-full'] as const) {
        await assert.rejects(connect(attempt(mode, files.stranger)), /certificat|self.signed/i, mode);
      }
    });

    test(`${name} without TLS is refused in PostgreSQL's words`, async () => {
      await assert.rejects(
        connect(attempt('disable')),
        /no pg_hba\.conf entry for host "[\d.]+", user "postgres", database "test0", (no encryption|SSL off)/,
      );
    });
  }

  test('the same file verifies servers of the next authority', async () => {
    signing = next;
    await certify();
    for (const [name, connect] of Object.entries(clients)) {
      assert.equal(await connect(attempt('verify-full')), true, name);
    }
  });
});

import assert from 'node:assert/strict';
import type { DBInstance } from '@aws-sdk/client-rds';
import pg from 'pg';
import { anyTls } from '../support/any-tls.ts';

type Check = (instance: DBInstance, password: string) => Promise<void>;

async function connect(
  { Endpoint, DBName, MasterUsername }: DBInstance,
  overrides: pg.ClientConfig,
): Promise<pg.Client> {
  const client = new pg.Client({
    host: Endpoint?.Address ?? '',
    port: Endpoint?.Port ?? 0,
    user: MasterUsername ?? '',
    database: DBName ?? '',
    ssl: anyTls,
    ...overrides,
  });
  await client.connect();
  return client;
}

async function using(
  instance: DBInstance,
  overrides: pg.ClientConfig,
  use: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = await connect(instance, overrides);
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

/** 42501: insufficient privilege; 42939: a predefined role is reserved. */
const NOT_ALLOWED = { code: /^(42501|42939)$/ };

const forbidden = [
  'ALTER ROLE CURRENT_USER SUPERUSER',
  'CREATE ROLE boss SUPERUSER',
  'GRANT rdsadmin TO CURRENT_USER',
  'SET ROLE rdsadmin',
  'GRANT pg_execute_server_program TO CURRENT_USER',
  'ALTER ROLE rdsadmin RENAME TO mine',
  'DROP DATABASE rdsadmin',
  "ALTER SYSTEM SET archive_command = 'id'",
  "COPY (SELECT 1) TO PROGRAM 'id'",
  "SELECT pg_read_file('/etc/passwd')",
  "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/tmp/x'",
  'CREATE EXTENSION file_fdw',
];

/** What the master user may and may not do, over TCP as every client connects. */
export const masterUserRights: readonly (readonly [what: string, check: Check])[] = [
  [
    'makes databases, roles and extensions',
    (instance, password) =>
      using(instance, { password }, async (client) => {
        await client.query('CREATE DATABASE second');
        await client.query("CREATE ROLE reader LOGIN PASSWORD 'reader-C0nf' IN ROLE pg_monitor");
        await client.query('CREATE EXTENSION pg_trgm');
        await using(instance, { user: 'reader', password: 'reader-C0nf', database: 'second' }, (reader) =>
          reader.query('SELECT 1'),
        );
      }),
  ],
  [
    'reaches the database postgres',
    (instance, password) =>
      using(instance, { password, database: 'postgres' }, async (client) => {
        const { rows } = await client.query('SELECT current_database() AS name');
        assert.deepEqual(rows, [{ name: 'postgres' }]);
      }),
  ],
  [
    'is no superuser, and cannot become one',
    (instance, password) =>
      using(instance, { password }, async (client) => {
        const { rows } = await client.query(
          `SELECT rolsuper, rolcreatedb, rolcreaterole, pg_has_role('rds_superuser', 'MEMBER') AS rds
           FROM pg_roles WHERE rolname = current_user`,
        );
        assert.deepEqual(rows, [{ rolsuper: false, rolcreatedb: true, rolcreaterole: true, rds: true }]);
        for (const sql of forbidden) await assert.rejects(client.query(sql), NOT_ALLOWED, sql);
      }),
  ],
  [
    "has no way into what is Cornac's",
    async (instance, password) => {
      await assert.rejects(connect(instance, { password, database: 'rdsadmin' }), { code: '42501' });
      // 28000: pg_hba.conf rejects the connection.
      await assert.rejects(connect(instance, { password, user: 'rdsadmin' }), { code: '28000' });
    },
  ],
  [
    'has to say its password, and it is SCRAM that asks for it',
    async (instance, password) => {
      await assert.rejects(connect(instance, { password: `${password}.` }), { code: '28P01' });
      await assert.rejects(
        connect(instance, {
          password: () => {
            throw new Error('a password is asked for');
          },
        }),
        /a password is asked for/,
      );
      await using(instance, { password }, async (client) => {
        const { rows } = await client.query('SHOW password_encryption');
        assert.deepEqual(rows, [{ password_encryption: 'scram-sha-256' }]);
      });
    },
  ],
];

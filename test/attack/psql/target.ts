import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import type { RunningMachine } from '../../../src/providers/provider.ts';
import { count } from '../../support/counts.ts';
import { type LocalWorld, makeServer, scramVerifier } from '../../support/local/world.ts';
import { CANARY, createInvariants, plantCanaries } from './invariants.ts';
import type { PostgresVersion } from './versions.ts';
import { openWatcher } from './watcher.ts';

export const MASTER = 'postgres';
export const PASSWORD = 'master-of-nothing-else';
export const verifier = scramVerifier(PASSWORD);

/** Whether this SQLSTATE is a refusal by PostgreSQL. */
export function isRefusal(code: unknown): boolean {
  return /^(42501|42939|0LP01|0A000|28000|0P000)$/.test(String(code));
}

async function connect(machine: RunningMachine, config: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({
    host: machine.address,
    port: 5432,
    user: MASTER,
    password: PASSWORD,
    database: 'app',
    options: '-c statement_timeout=400 -c lock_timeout=200',
    ...config,
  });
  client.on('error', () => {}); // an attempt may end its own session
  await client.connect();
  return client;
}

/** A server of `version` with a master user and canaries, and the functions to attack it as that user. */
export async function makeTarget(world: LocalWorld, version: PostgresVersion) {
  const { major, home } = version;
  if (home === undefined) delete process.env.TEST_POSTGRES;
  else process.env.TEST_POSTGRES = `${major}=${home}/bin`;
  const machine = await makeServer(world, `cornac-pg${major}`);
  await world.guest.ensureMaster(machine, { user: MASTER, verifier, database: 'app' });
  const pgdata = (await world.guest.psql(machine, 'SHOW data_directory;')).trim();
  // Beside the cluster, because this is the only directory that PostgreSQL in the machine can read or write.
  const canaries = await plantCanaries(join(dirname(pgdata), 'canary'), statSync(pgdata));
  let watcher = await openWatcher(world, machine);
  const invariants = await createInvariants(watcher, canaries, pgdata);
  let master = await connect(machine);
  const got: string[] = [];

  const accept = (what: string) => {
    got.push(what);
    count('accepted');
  };

  const query = async (sql: string, client = master): Promise<unknown> => {
    count('tried');
    try {
      const result = await client.query(sql);
      if (JSON.stringify(result).includes(CANARY)) accept(`${sql}: reads the canary`);
      return undefined;
    } catch (error) {
      if (error instanceof Error && error.message.includes(CANARY)) accept(`${sql}: reads the canary`);
      if (!(error instanceof pg.DatabaseError) || /^57P/.test(error.code ?? '')) {
        await master.end().catch(() => {});
        master = await connect(machine);
      }
      return (error as { code?: string }).code ?? error;
    }
  };

  return {
    version: major,
    machine,
    canaries,
    /** Rows of a query of rdsadmin, from outside. */
    outside: (sql: string) => watcher.query(sql),
    /** Runs SQL whose outcome does not matter, only its effects. Returns an error's SQLSTATE. */
    query,
    /**
     * Runs SQL that must be refused for a missing privilege. Any other error counts as success: it may hide
     * one.
     */
    async refused(sql: string, client?: pg.Client): Promise<void> {
      const code = await query(sql, client);
      if (!isRefusal(code)) accept(`${sql}: ${code ?? 'done'}`);
    },
    /** Runs SQL that must fail, for any reason. */
    async fails(sql: string): Promise<void> {
      if ((await query(sql)) === undefined) accept(`${sql}: done`);
    },
    accept,
    /** Rows of a query of the master user. */
    rows: async (sql: string): Promise<Record<string, string>[]> => (await master.query(sql)).rows,
    /** Connects again after all sessions were ended. */
    async reconnect(): Promise<void> {
      await Promise.all([master.end().catch(() => {}), watcher.close()]);
      watcher = await openWatcher(world, machine);
      master = await connect(machine);
    },
    connect: (config?: pg.ClientConfig) => connect(machine, config),
    /** Checks from outside whether `what` has changed a fact that it must not change. */
    async check(what: string): Promise<void> {
      for (const fact of await invariants.broken(watcher)) accept(`${what}: ${fact}`);
    },
    /** The attempts that have succeeded since the last call. */
    take: (): string[] => got.splice(0),
    async close(): Promise<void> {
      await master.end();
      await watcher.close();
    },
  };
}

export type Target = Awaited<ReturnType<typeof makeTarget>>;

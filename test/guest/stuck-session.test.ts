import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import pg from 'pg';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { startDeadline } from '../../src/system/deadline.ts';
import { type LocalWorld, makeLocalWorld, makeServer, scramVerifier } from '../support/local/world.ts';

/** A server may shut down for a minute before its sessions are ended. A step of Cornac looks every 20 seconds. */
const BOUND_MS = 150_000;
/** More often than the kernel counts CPU time. */
const NUDGE_MS = 2;

describe('a session that neither works nor ends', { concurrency: true }, () => {
  let world: LocalWorld;
  before(async () => {
    world = await makeLocalWorld();
  });
  after(() => world?.remove());

  const makeMaster = async (name: string): Promise<RunningMachine> => {
    const machine = await makeServer(world, name);
    const verifier = scramVerifier('first-one');
    await world.guest.ensureMaster(machine, { user: 'master', verifier, database: 'app' });
    return machine;
  };
  const connect = async ({ address }: RunningMachine, password = 'first-one'): Promise<pg.Client> => {
    const client = new pg.Client({ host: address, port: 5432, user: 'master', password, database: 'app' });
    client.on('error', () => {}); // a session that is ended emits an error
    await client.connect();
    return client;
  };
  /** Stops the process of a session, as a debugger does. It then handles no signal, as in a system call. */
  const hang = async (t: TestContext, client: pg.Client): Promise<number> => {
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    process.kill(rows[0].pid, 'SIGSTOP');
    t.after(() => client.end().catch(() => {}));
    return rows[0].pid;
  };
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  test('is ended by a restart, though other processes of the server work', async (t) => {
    const machine = await makeMaster('cornac-stuck');
    const pid = await hang(t, await connect(machine));
    const checkpointer = Number(
      await world.guest.psql(
        machine,
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer';",
      ),
    );
    // It reads its settings again each time, which costs CPU time.
    const nudge = setInterval(() => isAlive(checkpointer) && process.kill(checkpointer, 'SIGHUP'), NUDGE_MS);
    t.after(() => clearInterval(nudge));
    const deadline = startDeadline(BOUND_MS);
    t.after(deadline.dispose);
    await world.guest.restartPostgres(machine, { signal: deadline.signal });
    assert.equal(isAlive(pid), false);
    await (await connect(machine)).end();
  });

  test('holds up a reset of the password for less than a minute: the reason is its lock', async (t) => {
    const machine = await makeMaster('cornac-locked');
    const client = await connect(machine);
    await client.query('BEGIN');
    await client.query("ALTER ROLE master VALID UNTIL 'infinity'");
    const pid = await hang(t, client);
    const reset = (password: string) =>
      world.guest.setMasterPassword(machine, { user: 'master', verifier: scramVerifier(password) });
    // After a minute the code would be Timeout.
    await assert.rejects(reset('second-one'), { code: 'CommandFailed', exitCode: 55 });
    await (await connect(machine)).end();
    process.kill(pid, 'SIGCONT');
    await reset('second-one');
    await (await connect(machine, 'second-one')).end();
  });
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ListedBackup } from '../../src/model/db-snapshot/backups.ts';
import { noProgress, type RunningMachine, type WorkEnd } from '../../src/providers/provider.ts';
import { type BackupWorld, makeBackupWorld, makeServer, spec } from '../support/local/world.ts';
import { waitUntil } from '../support/wait-until.ts';

const DAMAGED = 65;
const stanza = {
  ...{ owner: 'db-SOURCE', id: 'ln-0123456789abcdefghijklmnop' },
  key: randomBytes(32).toString('base64url'),
};

let world: BackupWorld;
let source: RunningMachine;
let engineVersion: string;

async function query(machine: RunningMachine, sql: string): Promise<string> {
  return (await world.guest.psql(machine, sql)).trim();
}
async function restoredTo(name: string, snapshot: string, time: Date): Promise<[RunningMachine, WorkEnd]> {
  await world.provider.ensureMachine({ ...spec(name), owner: `db-${name}` }, noProgress());
  const machine = await world.provider.startMachine(name, noProgress());
  await world.guest.prepareDisk(machine);
  const end = await world.backups.restore(machine, { stanza, snapshot, time, engineVersion }, noProgress());
  return [machine, end];
}
/** The numbers of the rows in a machine that is made of the backup. */
async function rowsAt(name: string, snapshot: string, time: Date): Promise<string> {
  const [machine, end] = await restoredTo(name, snapshot, time);
  assert.deepEqual(end, { status: 0, said: '' });
  await world.guest.configure(machine, { shared_buffers: '16MB' });
  await world.guest.startPostgres(machine);
  return query(machine, "SELECT string_agg(n::text, ' ' ORDER BY n) FROM public.written;");
}
/** The same of the source, by the times at which PostgreSQL committed them. */
function committedBy(time: Date): Promise<string> {
  return query(
    source,
    `SELECT string_agg(n::text, ' ' ORDER BY n) FROM public.written
      WHERE pg_xact_commit_timestamp(xmin) <= '${time.toISOString()}';`,
  );
}
/** Waits until the server proves that it has archived what was committed by then. */
async function archived(time: Date): Promise<void> {
  const isArchived = async () => {
    if (((await world.guest.findArchive(source)).restorableAt ?? new Date(0)) >= time) return true;
    await query(source, 'SELECT pg_switch_wal();');
    return false;
  };
  await waitUntil('the log is archived', isArchived, { everyMs: 500 });
}

/** Commits five rows, each by itself, and reads the time of the server. */
async function write(): Promise<Date> {
  const insert = "INSERT INTO public.written VALUES (nextval('public.numbers'));";
  await query(source, insert.repeat(5));
  return new Date(
    await query(
      source,
      'SELECT to_char(clock_timestamp() AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\');',
    ),
  );
}

before(async () => {
  world = await makeBackupWorld();
  const { guest, provider, backups } = world;
  await provider.ensureMachine({ ...spec('cornac-source'), owner: stanza.owner }, noProgress());
  source = await makeServer(world, 'cornac-source');
  const settings = { shared_buffers: '16MB', track_commit_timestamp: 'on' };
  await guest.restartPostgres(source, { settings });
  engineVersion = `${await query(source, 'SHOW server_version_num;')}`.replace(/\d{4}$/, '.0');
  await guest.setRepository(source, {
    ...{ directory: backups.directoryOf(stanza.owner), stanza: stanza.id, key: stanza.key },
  });
  await query(source, 'CREATE TABLE public.written (n int); CREATE SEQUENCE public.numbers;');
  await guest.takeBackup(source, 'snap-FIRST');
});
after(() => world?.remove());

describe('while a writer commits rows and a backup runs', () => {
  const during: Date[] = [];
  let second: ListedBackup;
  let later: Date;
  before(async () => {
    let ended = false;
    const backup = world.guest.takeBackup(source, 'snap-SECOND').finally(() => {
      ended = true;
    });
    while (!ended) during.push(await write());
    second = await backup;
    await write();
    // The second restore is from the second backup, whose end is known to the second.
    do later = await write();
    while (later.getTime() < second.stoppedAt.getTime() + 1000);
    await write();
    await archived(later);
  });

  test('a restore to an instant in the middle of that backup has exactly what was committed before it', async () => {
    const instant = during[Math.floor(during.length / 2)] ?? later;
    assert.ok(during.length > 1 && instant.getTime() < second.stoppedAt.getTime() + 1000);
    const expected = await committedBy(instant);
    assert.notEqual(
      expected,
      await query(source, "SELECT string_agg(n::text, ' ' ORDER BY n) FROM public.written;"),
    );
    assert.equal(await rowsAt('cornac-middle', 'snap-FIRST', instant), expected);
  });

  test('so has one to an instant after it, from either backup', async () => {
    const expected = await committedBy(later);
    assert.equal(await rowsAt('cornac-later', 'snap-SECOND', later), expected);
    assert.equal(await rowsAt('cornac-older', 'snap-FIRST', later), expected);
  });
});

describe('a restore to a time after the last commit', () => {
  let last: Date;
  before(async () => {
    await write();
    const now = await query(source, 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint + 1;');
    last = new Date(Number(now));
    await archived(last);
  });

  test('ends, and has all rows', async () => {
    assert.equal(await rowsAt('cornac-last', 'snap-SECOND', last), await committedBy(last));
  });

  test('and what is archived later is not in it', async () => {
    // The log of these rows comes after a segment without any commit after the time.
    await query(source, 'SELECT pg_switch_wal();');
    const before = await committedBy(last);
    await archived(await write());
    assert.equal(await rowsAt('cornac-since', 'snap-SECOND', last), before);
    assert.notEqual(before, await committedBy(new Date(Date.now() + 60_000)));
  });

  test('is refused where a segment of the log is gone', async () => {
    const time = await write();
    await archived(time);
    await archived(await write());
    const archive = join(world.repository, stanza.owner, 'archive', stanza.id);
    const segments = readdirSync(archive, { recursive: true, encoding: 'utf8' })
      .filter((name) => /[0-9A-F]{24}-[0-9a-f]{40}\.zst$/.test(name))
      .sort();
    rmSync(join(archive, segments.at(-2) ?? ''));
    const [, end] = await restoredTo('cornac-gap', 'snap-SECOND', new Date(Date.now() - 1));
    assert.equal(end.status, DAMAGED);
    assert.match(end.said, /the archived log has a gap/);
  });
});

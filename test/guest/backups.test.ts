import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { noProgress, type RunningMachine, type Stanza } from '../../src/providers/provider.ts';
import { sh } from '../../src/ssh/command.ts';
import {
  type BackupWorld,
  haveOwnUsers,
  machineUid,
  makeBackupWorld,
  makeServer,
  spec,
} from '../support/local/world.ts';
import { waitUntil } from '../support/wait-until.ts';

let world: BackupWorld;
let provider: BackupWorld['provider'];
let backups: BackupWorld['backups'];
let machine: RunningMachine;
let repository: string;

function stanzaOf(owner: string): Stanza {
  return { owner, id: 'ln-0123456789abcdefghijklmnop', key: randomBytes(32).toString('base64url') };
}
const stanza = stanzaOf('db-BACKEDUP');

before(async () => {
  world = await makeBackupWorld();
  ({ provider, backups, repository } = world);
  await provider.ensureMachine({ ...spec('cornac-backedup'), owner: stanza.owner }, noProgress());
  machine = await makeServer(world, 'cornac-backedup');
});
after(() => world?.remove());

function setRepository({ owner, id, key }: Stanza, of = machine) {
  return world.guest.setRepository(of, { directory: backups.directoryOf(owner), stanza: id, key });
}
async function archived(): Promise<string> {
  return (await world.guest.psql(machine, 'SELECT last_archived_wal FROM pg_stat_archiver;')).trim();
}

describe('a server with a repository', () => {
  test('before it has one, its log counts as archived and is kept nowhere', async () => {
    await world.guest.psql(machine, 'SELECT pg_switch_wal(); CHECKPOINT;');
    assert.deepEqual(readdirSync(join(repository, stanza.owner)), []);
    await assert.rejects(world.guest.takeBackup(machine, 'snap-EARLY'), /no repository/);
  });

  test('is given it twice without harm, and reports that it archives', async () => {
    await setRepository(stanza);
    await setRepository(stanza);
    assert.equal((await world.guest.psql(machine, 'SHOW archive_timeout;')).trim(), '2min');
  });

  test('is backed up once for each snapshot, however often it is asked for', async () => {
    const reports: string[] = [];
    const first = await world.guest.takeBackup(machine, 'snap-FIRST', {
      report: (message) => reports.push(message),
    });
    assert.match(first.label, /^\d{8}-\d{6}F$/);
    assert.deepEqual(await world.guest.takeBackup(machine, 'snap-FIRST'), first);
    const second = await world.guest.takeBackup(machine, 'snap-SECOND');
    assert.notEqual(second.label, first.label);
    assert.match(await archived(), /^[0-9A-F]{24}/);
  });

  test('a backup that failed between two calls is reported once, and is made by the next call', async () => {
    const unit = `${machine.guestRoot}/data/backup/unit`;
    await world.ssh.run(machine.ssh, sh`echo snap-AGAIN >${unit}/name; echo 56 >${unit}/status`);
    await assert.rejects(world.guest.takeBackup(machine, 'snap-AGAIN'), /pgBackRest ended with status 56/);
    assert.equal((await world.guest.takeBackup(machine, 'snap-AGAIN')).snapshot, 'snap-AGAIN');
    await backups.keepOnly(stanza, { manual: ['snap-FIRST', 'snap-SECOND'], automated: [] }, noProgress());
  });

  test('its backups are encrypted, and its key is in no command line', async () => {
    const text = execFileSync('sh', [
      '-c',
      'cat "$1"/backup/*/backup.info | tr -cd "[:print:]"',
      'sh',
      join(repository, stanza.owner),
    ]);
    assert.match(text.toString(), /^Salted__/);
    const { stdout } = await world.ssh.run(
      machine.ssh,
      sh`cat ${`${machine.guestRoot}/data/backup/pgbackrest.conf`}`,
    );
    assert.ok(stdout.includes(stanza.key));
    assert.equal(statSync(`${machine.guestRoot}/data/backup/pgbackrest.conf`).mode & 0o077, 0);
  });

  test('keeps the backups that are named, and loses the others', async () => {
    const third = await world.guest.takeBackup(machine, 'snap-THIRD');
    await backups.keepOnly(stanza, { manual: ['snap-THIRD', 'snap-GONE'], automated: [] }, noProgress());
    const labels = readdirSync(join(repository, stanza.owner, 'backup', stanza.id)).filter((name) =>
      /F$/.test(name),
    );
    assert.deepEqual(labels, [third.label]);
    await backups.keepOnly(stanza, { manual: [], automated: [] }, noProgress());
    assert.deepEqual(
      await world.guest.takeBackup(machine, 'snap-THIRD'),
      third,
      'pgBackRest keeps the last one',
    );
  });

  test('a work in a repository with a wrong key fails and removes nothing', async () => {
    const wrong = { ...stanza, key: 'wrong' };
    await assert.rejects(backups.keepOnly(wrong, { manual: [], automated: [] }, noProgress()), {
      code: 'Unavailable',
    });
    assert.equal((await world.guest.takeBackup(machine, 'snap-THIRD')).snapshot, 'snap-THIRD');
  });

  test('the log stays since the oldest automated snapshot, and before that what makes a backup consistent', async () => {
    const segments = () =>
      readdirSync(join(repository, stanza.owner, 'archive', stanza.id), { recursive: true, encoding: 'utf8' })
        .map((name) => /([0-9A-F]{24})-[0-9a-f]{40}/.exec(name)?.[1])
        .filter((name) => name !== undefined);
    /** Writes and ends three segments of the log, and waits until they are archived. */
    const fill = async (): Promise<string[]> => {
      const names: string[] = [];
      for (let count = 0; count < 3; count++) {
        const sql =
          'SELECT pg_logical_emit_message(true, $$test$$, $$fill$$); SELECT pg_walfile_name(pg_switch_wal());';
        names.push((await world.guest.psql(machine, sql)).trim().split('\n').at(-1) ?? '');
      }
      await waitUntil('the segments are archived', () => names.every((name) => segments().includes(name)));
      return names;
    };
    await world.guest.takeBackup(machine, 'snap-MANUAL');
    const between = await fill();
    await world.guest.takeBackup(machine, 'snap-OLDEST');
    const since = await fill();
    await world.guest.takeBackup(machine, 'snap-NEWEST');
    const before = segments();
    const kept = { manual: ['snap-MANUAL'], automated: ['snap-OLDEST', 'snap-NEWEST'] };
    await backups.keepOnly(stanza, kept, noProgress());
    const left = segments();
    assert.deepEqual(
      between.filter((name) => left.includes(name)),
      [],
    );
    assert.deepEqual(
      since.filter((name) => !left.includes(name)),
      [],
    );
    const own = before.filter((name) => name < (between[0] ?? ''));
    assert.ok(
      own.some((name) => left.includes(name)),
      'the log of the manual snapshot',
    );
  });
});

describe('a repository that is away', () => {
  const away = () => chmodSync(join(repository, stanza.owner), 0);
  const back = () => chmodSync(join(repository, stanza.owner), 0o750);
  const endSegment = async () => {
    const sql =
      'SELECT pg_logical_emit_message(true, $$test$$, $$fill$$); SELECT pg_walfile_name(pg_switch_wal());';
    return (await world.guest.psql(machine, sql)).trim().split('\n').at(-1) ?? '';
  };
  const waiting = async () => (await world.guest.findArchive(machine)).waiting;
  const nothingWaits = async () => (await waiting())?.files === 0;

  test('leaves the log on the machine, also over a restart, and gets all of it when it is back', async () => {
    await waitUntil('all is archived', nothingWaits);
    away();
    const ended: string[] = [];
    try {
      ended.push(await endSegment(), await endSegment());
      await waitUntil('an attempt fails', async () => (await waiting())?.hasFailed === true);
      assert.equal((await waiting())?.files, 2);
      const name = (await world.guest.listLogs(machine)).at(-1)?.name ?? '';
      const text = (await world.guest.readLog(machine, { name }))?.content.toString() ?? '';
      assert.match(text, /\[13\] Permission denied/, 'users read why');
      assert.ok(!text.includes(repository), 'and not where the repository is');
      await world.guest.stopPostgres(machine);
      await world.guest.startPostgres(machine);
      ended.push(await endSegment());
      assert.ok(((await waiting())?.files ?? 0) >= 3);
      // The restart ends the wait of a minute after a failure, so that the test has not to wait for it.
      await world.guest.stopPostgres(machine);
    } finally {
      back();
    }
    await world.guest.startPostgres(machine);
    await waitUntil('all is archived', nothingWaits);
    const { stdout } = await world.ssh.run(
      machine.ssh,
      sh`ls -R ${join(repository, stanza.owner, 'archive', stanza.id)}`,
    );
    for (const name of ended) assert.match(stdout, new RegExp(`^${name}-[0-9a-f]{40}`, 'm'));
  });
});

test('a machine sees the directory of no other instance', { skip: !(await haveOwnUsers()) }, async () => {
  await provider.ensureMachine({ ...spec('cornac-other'), owner: 'db-OTHER' }, noProgress());
  const other = await provider.startMachine('cornac-other', noProgress());
  assert.notEqual(machineUid(other), machineUid(machine));
  const list = (of: RunningMachine, path: string) => world.ssh.run(of.ssh, sh`ls ${path}`);
  assert.equal((await list(other, repository)).stdout, 'db-OTHER\n');
  await assert.rejects(list(other, join(repository, stanza.owner)), { code: 'CommandFailed' });
  assert.equal((await list(machine, repository)).stdout, `${stanza.owner}\n`);
});

test('backups outlive their machine, and go when they are discarded', async () => {
  await provider.destroyMachine({ name: 'cornac-backedup', owner: stanza.owner }, noProgress());
  await backups.keepOnly(stanza, { manual: ['snap-THIRD'], automated: [] }, noProgress());
  assert.ok(existsSync(join(repository, stanza.owner)));
  await backups.discard(stanza.owner, noProgress());
  await backups.discard(stanza.owner, noProgress());
  await backups.keepOnly(stanza, { manual: [], automated: [] }, noProgress());
  assert.equal(existsSync(join(repository, stanza.owner)), false);
});

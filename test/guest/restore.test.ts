import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { noProgress, type RunningMachine, type WorkEnd } from '../../src/providers/provider.ts';
import { sh } from '../../src/ssh/command.ts';
import { type BackupWorld, haveOwnUsers, makeBackupWorld, makeServer, spec } from '../support/local/world.ts';
import { waitUntil } from '../support/wait-until.ts';

const DAMAGED = 65;
const stanza = {
  ...{ owner: 'db-SOURCE', id: 'ln-0123456789abcdefghijklmnop' },
  key: randomBytes(32).toString('base64url'),
};

let world: BackupWorld;
let provider: BackupWorld['provider'];
let backups: BackupWorld['backups'];
let source: RunningMachine;
let repository: string;
let engineVersion: string;

async function makeEmpty(name: string): Promise<RunningMachine> {
  await provider.ensureMachine({ ...spec(name), owner: `db-${name}` }, noProgress());
  const machine = await provider.startMachine(name, noProgress());
  await world.guest.prepareDisk(machine);
  return machine;
}
function restore({ name }: RunningMachine, snapshot: string, signal?: AbortSignal): Promise<WorkEnd> {
  return backups.restore({ name }, { stanza, snapshot, engineVersion }, noProgress(signal));
}
/** The files of the archived write-ahead log of the source. */
function listSegments(): string[] {
  const archive = join(repository, stanza.owner, 'archive', stanza.id);
  const files = readdirSync(archive, { recursive: true, encoding: 'utf8' });
  const segments = files.filter((name) => name.endsWith('.zst'));
  assert.ok(segments.length > 0);
  return segments.map((name) => join(archive, name));
}
async function start(machine: RunningMachine): Promise<void> {
  await world.guest.configure(machine, { shared_buffers: '16MB' });
  await world.guest.startPostgres(machine);
}
async function query(machine: RunningMachine, sql: string): Promise<string> {
  return (await world.guest.psql(machine, sql)).trim();
}
function run({ ssh }: RunningMachine, command: ReturnType<typeof sh>) {
  return world.ssh.run(ssh, command);
}

before(async () => {
  world = await makeBackupWorld();
  ({ provider, backups, repository } = world);
  await provider.ensureMachine({ ...spec('cornac-source'), owner: stanza.owner }, noProgress());
  source = await makeServer(world, 'cornac-source');
  engineVersion = `${await query(source, 'SHOW server_version_num;')}`.replace(/\d{4}$/, '.0');
  await world.guest.setRepository(source, {
    ...{ directory: backups.directoryOf(stanza.owner), stanza: stanza.id, key: stanza.key },
  });
  await query(source, "CREATE TABLE public.kept AS SELECT 'before' AS at;");
  await world.guest.takeBackup(source, 'snap-SOUND');
  await query(source, "INSERT INTO public.kept VALUES ('after');");
});
after(() => world?.remove());

describe('a restored cluster', () => {
  let machine: RunningMachine;
  before(async () => {
    machine = await makeEmpty('cornac-restored');
    assert.deepEqual(await restore(machine, 'snap-SOUND'), { status: 0, said: '' });
    await start(machine);
  });

  test('has the rows from before the backup and none from after it', async () => {
    assert.equal(await query(machine, 'SELECT at FROM public.kept;'), 'before');
    assert.equal(await query(source, 'SELECT count(*) FROM public.kept;'), '2');
  });

  test('has an identity of its own, and stays when it is restored again', async () => {
    const identity = 'SELECT system_identifier FROM pg_control_system();';
    assert.notEqual(await query(machine, identity), await query(source, identity));
    await query(machine, 'CREATE TABLE public.own AS SELECT 1;');
    assert.deepEqual(await restore(machine, 'snap-SOUND'), { status: 0, said: '' });
    assert.equal(await query(machine, 'SELECT count(*) FROM public.own;'), '1');
  });

  test('keeps the locale of its messages and dates', async () => {
    const settings =
      "SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings WHERE name ~ '^lc_|datestyle';";
    assert.equal(await query(machine, settings), await query(source, settings));
  });

  test('can be backed up to a lineage of its own, and restored from there', async () => {
    const own = { ...stanza, owner: 'db-cornac-restored', id: 'ln-own', key: 'own-key' };
    await world.guest.setRepository(machine, {
      ...{ directory: backups.directoryOf(own.owner), stanza: own.id, key: own.key },
    });
    await world.guest.takeBackup(machine, 'snap-OWN');
    const second = await makeEmpty('cornac-second');
    const wanted = { stanza: own, snapshot: 'snap-OWN', engineVersion };
    assert.equal((await backups.restore(second, wanted, noProgress())).status, 0);
    await start(second);
    assert.equal(await query(second, 'SELECT count(*) FROM public.own;'), '1');
  });

  test('has nothing of the key, and sees no directory of the source', async () => {
    const { stdout } = await run(machine, sh`grep -rlF ${stanza.key} ${`${machine.guestRoot}/data`} || :`);
    assert.equal(stdout, '');
    if (!(await haveOwnUsers())) return;
    const seen = await run(machine, sh`ls ${repository}`);
    assert.equal(seen.stdout, 'db-cornac-restored\n');
  });
});

describe('a restore that is interrupted', () => {
  /** Begins a restore, and waits until its work runs. */
  async function begin(machine: RunningMachine) {
    const end = new AbortController();
    const ended = restore(machine, 'snap-SOUND', end.signal);
    const isBegun = () => existsSync(`${machine.guestRoot}/data/pgdata.new`);
    await waitUntil('the restore writes', async () => isBegun());
    return { end, ended };
  }

  async function assertRestores(machine: RunningMachine): Promise<void> {
    assert.equal((await restore(machine, 'snap-SOUND')).status, 0);
    await start(machine);
    assert.equal(await query(machine, 'SELECT at FROM public.kept;'), 'before');
  }

  test('by the end of its caller goes on, and is found again', async () => {
    const machine = await makeEmpty('cornac-left');
    const { end, ended } = await begin(machine);
    end.abort();
    await assert.rejects(ended);
    await assertRestores(machine);
  });

  test('by a power cut begins anew', async () => {
    const machine = await makeEmpty('cornac-cut');
    const { ended } = await begin(machine);
    await provider.stopMachine(machine.name, noProgress());
    await ended.catch(() => {});
    await provider.startMachine(machine.name, noProgress());
    await assertRestores(machine);
  });

  test('by the removal of its machine leaves nothing', async () => {
    const machine = await makeEmpty('cornac-removed');
    const { ended } = await begin(machine);
    await provider.destroyMachine({ name: machine.name }, noProgress());
    await ended.catch(() => {});
    assert.equal(existsSync(machine.guestRoot), false);
  });
});

describe('nothing in a backup is trusted', () => {
  test('the settings of the backup run no command in the restored server, and open it to nobody', async () => {
    const data = `${source.guestRoot}/data/pgdata`;
    const mark = `${source.guestRoot}/data/mark`;
    await run(
      source,
      sh`cd ${data} && cp postgresql.conf /tmp/kept.conf
      echo "restore_command = 'touch /tmp/ran'" >>postgresql.auto.conf
      echo "archive_cleanup_command = 'touch /tmp/ran'" >>postgresql.conf
      echo "shared_preload_libraries = 'nothing'" >conf.d/zzz.conf
      echo 'host all all 0.0.0.0/0 trust' >>pg_hba.conf
      touch standby.signal ${mark}; ln -s ${mark} linked`,
    );
    await world.guest.takeBackup(source, 'snap-HOSTILE');
    await run(
      source,
      sh`cd ${data} && mv /tmp/kept.conf postgresql.conf
      rm standby.signal linked conf.d/zzz.conf; : >postgresql.auto.conf`,
    );
    const machine = await makeEmpty('cornac-hostile');
    assert.deepEqual(await restore(machine, 'snap-HOSTILE'), { status: 0, said: '' });
    await start(machine);
    const names = "'restore_command', 'archive_cleanup_command', 'shared_preload_libraries'";
    assert.doesNotMatch(
      await query(machine, `SELECT string_agg(setting, ' ') FROM pg_settings WHERE name IN (${names});`),
      /touch|nothing/,
    );
    const own = `${machine.guestRoot}/data/pgdata`;
    assert.doesNotMatch(readFileSync(`${own}/pg_hba.conf`, 'utf8'), /trust/);
    assert.equal((await run(machine, sh`find ${own} ! -type f ! -type d`)).stdout, '');
  });

  test('a link that leads out of the cluster, such as a tablespace, is refused', async () => {
    const place = `${source.guestRoot}/data/elsewhere`;
    await run(source, sh`mkdir -p ${place}`);
    await query(source, `CREATE TABLESPACE elsewhere LOCATION '${place}';`);
    await world.guest.takeBackup(source, 'snap-LINKED');
    await query(source, 'DROP TABLESPACE elsewhere;');
    const machine = await makeEmpty('cornac-linked');
    assert.equal((await restore(machine, 'snap-LINKED')).status, DAMAGED);
    assert.equal(existsSync(`${machine.guestRoot}/data/pgdata`), false);
  });
});

describe('an outage is not damage', () => {
  let machine: RunningMachine;
  before(async () => {
    machine = await makeEmpty('cornac-waiting');
  });
  const unavailable = { name: 'ProviderError', code: 'Unavailable', retryable: true };

  /** Moves a path away while the work runs. */
  async function without(path: string, work: () => Promise<void>): Promise<void> {
    renameSync(path, `${path}.away`);
    await work().finally(() => {
      rmSync(path, { recursive: true, force: true });
      renameSync(`${path}.away`, path);
    });
  }

  test('where the repository is gone, or is the empty directory of a file system that is not mounted', () =>
    without(repository, async () => {
      await assert.rejects(restore(machine, 'snap-SOUND'), unavailable);
      await assert.rejects(
        backups.keepOnly(stanza, { manual: [], automated: [] }, noProgress()),
        unavailable,
      );
      await assert.rejects(backups.discard(stanza.owner, noProgress()), unavailable);
      mkdirSync(repository);
      await assert.rejects(restore(machine, 'snap-SOUND'), unavailable);
    }));

  test('where the list of backups cannot be opened', () => {
    const list = join(repository, stanza.owner, 'backup', stanza.id);
    // A directory in its place cannot be read by root either.
    return without(join(list, 'backup.info'), () =>
      without(join(list, 'backup.info.copy'), async () => {
        for (const name of ['backup.info', 'backup.info.copy']) mkdirSync(join(list, name));
        await assert.rejects(restore(machine, 'snap-SOUND'), unavailable);
      }),
    );
  });

  test('where the archive fails while the server recovers', async () => {
    const segments = listSegments();
    const kept = segments.map((file) => readFileSync(file));
    for (const file of segments) {
      rmSync(file);
      mkdirSync(file);
    }
    const { status, said } = await restore(machine, 'snap-SOUND');
    for (const [index, file] of segments.entries()) {
      rmSync(file, { recursive: true });
      writeFileSync(file, kept[index] ?? '');
    }
    assert.deepEqual([status, /could not restore file/.test(said)], [1, true], said);
  });

  test('and where the work cannot begin the call fails, and does not wait', async () => {
    const unit = `${machine.guestRoot}/data/restore`;
    rmSync(unit, { recursive: true, force: true });
    writeFileSync(unit, '');
    const { status, said } = await restore(machine, 'snap-SOUND');
    assert.deepEqual([status, /there is no directory for the work/.test(said)], [1, true], said);
    rmSync(unit);
    assert.equal((await restore(machine, 'snap-SOUND')).status, 0);
  });
});

describe('a restore is for its own machine only', () => {
  test('one that has another owner is refused, and one that is off is not entered', async () => {
    const machine = await makeEmpty('cornac-other');
    const wanted = { stanza, snapshot: 'snap-SOUND', engineVersion };
    await assert.rejects(backups.restore({ name: machine.name, owner: 'db-ELSE' }, wanted, noProgress()), {
      code: 'Conflict',
    });
    await provider.stopMachine(machine.name, noProgress());
    await assert.rejects(restore(machine, 'snap-SOUND'), { code: 'Unavailable' });
    assert.equal(existsSync(`${machine.guestRoot}/data/pgdata`), false);
  });
});

describe('a backup of which something is missing or wrong is refused', () => {
  let machine: RunningMachine;
  before(async () => {
    machine = await makeEmpty('cornac-without');
  });

  test('where it does not exist', async () => {
    assert.equal((await restore(machine, 'snap-NOTHING')).status, DAMAGED);
  });

  test('where the list of all backups is damaged', async () => {
    const list = join(repository, stanza.owner, 'backup', stanza.id);
    const files = ['backup.info', 'backup.info.copy'].map((name) => join(list, name));
    const kept = files.map((file) => readFileSync(file));
    for (const file of files) truncateSync(file, 100);
    const { status } = await restore(machine, 'snap-SOUND');
    for (const [index, file] of files.entries()) writeFileSync(file, kept[index] ?? '');
    assert.equal(status, DAMAGED);
  });

  test('where its list of files is cut off', async () => {
    const { label } = await world.guest.takeBackup(source, 'snap-CUT');
    const backup = join(repository, stanza.owner, 'backup', stanza.id, label);
    for (const name of ['backup.manifest', 'backup.manifest.copy']) truncateSync(join(backup, name), 1000);
    const end = await restore(machine, 'snap-CUT');
    assert.equal(end.status, DAMAGED);
    assert.match(end.said, /the backup is damaged/);
  });

  test('where the log that makes it consistent is gone', async () => {
    await world.guest.takeBackup(source, 'snap-LOGLESS');
    for (const file of listSegments()) rmSync(file);
    assert.equal((await restore(machine, 'snap-LOGLESS')).status, DAMAGED);
  });
});

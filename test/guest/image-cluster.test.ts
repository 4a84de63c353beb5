import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { type Command, sh } from '../../src/ssh/command.ts';
import { type LocalWorld, makeLocalWorld, makeRunningMachine } from '../support/local/world.ts';

/** The places of a virtual machine, all of them in the machine's data directory. */
const settings = `CORNAC_ORIGINS=
CORNAC_CLUSTERS=$CORNAC_DATA/clusters
CORNAC_WAL=$CORNAC_DATA/wal
`;

suite('a cluster of the image of a virtual machine', () => {
  let world: LocalWorld;
  let version: string;
  let major: string;
  before(async () => {
    world = await makeLocalWorld();
    [version = ''] = await world.provider.listEngineVersions();
    major = String(Number.parseInt(version, 10));
  });
  after(() => world.remove());

  const run = async (machine: RunningMachine, command: Command, stdin = '') =>
    (await world.ssh.run(machine.ssh, command, { stdin })).stdout.trim();
  const verb = (machine: RunningMachine, name: string) =>
    run(machine, sh`${machine.guestRoot}/opt/cornac/bin/${name} ${major}`);
  const data = (machine: RunningMachine) => `${machine.guestRoot}/data`;
  const control = async (machine: RunningMachine) => {
    const script = sh`pgdata=${data(machine)}/pgdata; . ${machine.guestRoot}/etc/cornac/guest.conf
      read -r major <"$pgdata/PG_VERSION"; LC_ALL=C "$(printf "$CORNAC_PGBIN" "$major")/pg_controldata" "$pgdata"`;
    const output = await run(machine, script);
    return (field: string) => new RegExp(`^${field}: *(.*)$`, 'm').exec(output)?.[1];
  };
  const isCopy = async (machine: RunningMachine) =>
    (await run(machine, sh`ls ${data(machine)}/pgdata`)).split('\n').includes('of-the-image');

  /** @param more settings for the machine's scripts, which show them another machine */
  const makeMachine = async (name: string, more = '') => {
    const machine = await makeRunningMachine(world, name);
    await appendFile(`${machine.guestRoot}/etc/cornac/guest.conf`, settings + more);
    await world.guest.prepareDisk(machine);
    await run(machine, sh`mkdir -m 700 ${data(machine)}/wal`);
    return machine;
  };
  /** Packs a cluster into the image, with one file by which a copy is known. */
  const pack = async (machine: RunningMachine) => {
    const archive = await verb(machine, 'pack-cluster');
    assert.match(archive, new RegExp(`/clusters/${major}-[0-9a-f]{16}\\.tar$`));
    await run(machine, sh`cd /tmp && touch of-the-image && tar -rf ${archive} ./of-the-image`);
    return archive;
  };
  const start = async (machine: RunningMachine) => {
    await world.guest.configure(machine, { shared_buffers: '16MB' });
    await world.guest.startPostgres(machine);
  };

  test('is packed once', async () => {
    const machine = await makeMachine('cornac-once');
    const archive = await pack(machine);
    assert.equal(await verb(machine, 'pack-cluster'), '');
    assert.equal(await run(machine, sh`ls -d ${data(machine)}/clusters/*`), archive);
  });

  test('is copied, and each copy has its own identifier, nonce and write-ahead log', async () => {
    const machine = await makeMachine('cornac-copy');
    await pack(machine);
    const fields = ['Database system identifier', 'Mock authentication nonce'];
    const found: string[] = [];
    for (let copy = 1; copy <= 2; copy++) {
      await world.guest.initCluster(machine, { version });
      await world.guest.initCluster(machine, { version });
      assert.ok(await isCopy(machine));
      const read = await control(machine);
      found.push(...fields.map((field) => read(field) ?? assert.fail(field)));
      assert.match(read(fields[0] ?? '') ?? '', /^\d{15,19}$/);
      const modes = sh`cd ${data(machine)} && stat -L -c %a pgdata pgdata/pg_wal pgdata/base pgdata/global/pg_control
        find pgdata/. wal/. ! -type l -perm /077; readlink pgdata/pg_wal`;
      assert.deepEqual((await run(machine, modes)).split('\n'), [
        ...['700', '700', '700', '600'],
        `${data(machine)}/wal/pg_wal`,
      ]);
      await start(machine);
      assert.equal((await world.guest.psql(machine, 'SHOW data_checksums;')).trim(), 'on');
      await world.guest.stopPostgres(machine);
      await run(machine, sh`rm -r ${data(machine)}/pgdata`);
    }
    assert.equal(new Set(found).size, 4, found.join(' '));
  });

  test('has the databases, roles and counters of a cluster that initdb makes', async () => {
    const ask = async (machine: RunningMachine) => {
      await world.guest.initCluster(machine, { version });
      await start(machine);
      const sql = `SELECT (SELECT string_agg(concat_ws(' ', datname, datcollate, datfrozenxid, datacl), ',' ORDER BY oid) FROM pg_database),
        (SELECT string_agg(rolname, ',' ORDER BY oid) FROM pg_roles), (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_collation);`;
      return world.guest.psql(machine, sql);
    };
    const made = await makeMachine('cornac-made');
    const copied = await makeMachine('cornac-copied');
    await pack(copied);
    assert.equal(await ask(copied), await ask(made));
    assert.deepEqual([await isCopy(copied), await isCopy(made)], [true, false]);
  });

  for (const [what, more] of [
    ['other locales', "locale() { printf '%s\\n' C C.utf8 POSIX; }\n"],
    ['another C library', 'getconf() { echo glibc 2.99; }\n'],
    ['other programs', 'stat() { echo 1 2; }\n'],
  ] as const) {
    test(`is not copied on a machine with ${what}`, async () => {
      const machine = await makeMachine(`cornac-${what.replace(/.* /, '')}`);
      await pack(machine);
      await appendFile(`${machine.guestRoot}/etc/cornac/guest.conf`, more);
      await world.guest.initCluster(machine, { version });
      assert.equal(await isCopy(machine), false);
    });
  }

  test('that is broken is replaced by one that initdb makes', async () => {
    const machine = await makeMachine('cornac-broken');
    const archive = await pack(machine);
    await run(machine, sh`truncate -s 9M ${archive}`);
    await world.guest.initCluster(machine, { version });
    assert.equal(await isCopy(machine), false);
    await start(machine);
  });
});

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { noProgress } from '../../../src/providers/provider.ts';
import { sh } from '../../../src/ssh/command.ts';
import { killWorkerAt } from '../../support/local/killed-worker.ts';
import { type LocalWorld, makeRunningMachine, makeServer, spec } from '../../support/local/world.ts';

/** Machines and clusters that a killed worker or a failed copy has left. */
export function testUnfinished(world: LocalWorld): void {
  const rootOf = (name: string) => join(world.stateDir, 'machines', name);

  test('an unfinished machine is listed, is made again, and can be destroyed', async () => {
    const name = 'cornac-half';
    const claim = () => symlinkSync(name, join(world.stateDir, 'addresses', '127.0.0.99'));
    const stages = [
      claim,
      () => mkdirSync(rootOf(name)),
      () => writeFileSync(join(rootOf(name), 'leftover'), ''),
    ];
    for (let reached = 1; reached <= stages.length; reached++) {
      for (const redo of [true, false]) {
        for (const stage of stages.slice(0, reached)) stage();
        const listed = (await world.provider.listMachines()).map((machine) => machine.name);
        assert.deepEqual(listed, reached > 1 ? [name] : []);
        if (redo) {
          await world.provider.ensureMachine(spec(name), noProgress());
          assert.ok(!existsSync(join(rootOf(name), 'leftover')));
        }
        await world.provider.destroyMachine({ name }, noProgress());
        for (const dir of ['machines', 'addresses']) {
          assert.deepEqual(readdirSync(join(world.stateDir, dir)), []);
        }
      }
    }
  });

  test('a worker is killed at any moment of a create: the next worker finishes it', async () => {
    const name = 'cornac-killed';
    for (const afterMs of [0, 5, 15, 40, 100]) {
      await killWorkerAt(world, name, afterMs);
      const machine = await makeRunningMachine(world, name);
      assert.equal((await world.ssh.run(machine.ssh, sh`echo in`)).stdout, 'in\n');
      assert.equal(readdirSync(join(world.stateDir, 'addresses')).length, 1);
      await world.provider.destroyMachine({ name }, noProgress());
    }
  });

  test('an interrupted copy of a cluster does not count as a cluster', async () => {
    const machine = await makeRunningMachine(world, 'cornac-cut');
    await world.guest.prepareDisk(machine);
    const [version = ''] = await world.provider.listEngineVersions();
    await world.ssh.run(
      machine.ssh,
      sh`cd ${machine.guestRoot}/data && mkdir pgdata.new && echo ${Number.parseInt(version, 10)} >pgdata.new/PG_VERSION`,
    );
    assert.equal(await world.guest.postgresStatus(machine), 'none');
    await world.guest.initCluster(machine, { version });
    await world.guest.initCluster(machine, { version });
    await world.guest.configure(machine, {});
    await world.guest.startPostgres(machine);
    assert.equal(await world.guest.postgresStatus(machine), 'running');
  });

  test('a copy without one of the databases does not count as a cluster', async (t) => {
    const name = 'cornac-lacking';
    const machine = await makeRunningMachine(world, name);
    await world.guest.prepareDisk(machine);
    const [version = ''] = await world.provider.listEngineVersions();
    // The first server makes the origin.
    await makeServer(world, 'cornac-origin-maker');
    const clusters = join(world.stateDir, 'origins', 'clusters');
    const [origin = ''] = readdirSync(clusters).filter((entry) =>
      entry.startsWith(Number.parseInt(version, 10).toString()),
    );
    const databases = join(clusters, origin, 'base');
    const unreadable = join(databases, readdirSync(databases)[0] ?? '', 'PG_VERSION');
    const { mode } = statSync(unreadable);
    chmodSync(unreadable, 0);
    t.after(() => chmodSync(unreadable, mode));
    await assert.rejects(world.guest.initCluster(machine, { version }), /PG_VERSION/);
    assert.equal(await world.guest.postgresStatus(machine), 'none');
    chmodSync(unreadable, mode);
    await world.guest.initCluster(machine, { version });
    assert.equal(await world.guest.postgresStatus(machine), 'stopped');
  });
}

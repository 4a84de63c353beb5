import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { runWorker } from '../../../src/processes/worker.ts';
import { createLibvirtProvider } from '../../../src/providers/libvirt/libvirt.ts';
import { noProgress, type Provider, ProviderError } from '../../../src/providers/provider.ts';
import { readSteps } from '../../../src/temporal/steps.ts';
import { needsLibvirt, type SecondHost, startSecondHost, virsh } from '../../support/libvirt/private.ts';
import {
  type LibvirtWorld,
  makeEmptyOrigin,
  makeLibvirtWorld,
  makePlace,
} from '../../support/libvirt/world.ts';
import { createWorld, quiet } from '../../support/world.ts';

const spec = { name: 'cornac-placed', cpus: 1, memoryMiB: 128, diskGiB: 1 };
/** More memory than the computer of this test has. */
const PLENTY_MIB = 900_000;

/** Two libvirts, each with an origin, a pool and a network of the same names. */
describe('a provider with two hosts', needsLibvirt, () => {
  let world: LibvirtWorld;
  let second: SecondHost;
  let provider: Provider;
  let iaas: string[];
  before(async () => {
    world = await makeLibvirtWorld();
    await world.makeEmptyOrigin();
    second = await startSecondHost('kvm2', PLENTY_MIB);
    await makePlace(world.settings.pool, second.virsh);
    await makeEmptyOrigin(world.settings, second.virsh);
    iaas = ['libvirt+qemu:///system?name=kvm1', `libvirt+qemu:///system?name=kvm2&socket=${second.socket}`];
    provider = createLibvirtProvider({ ...world.settings, iaas });
  });
  after(async () => {
    await provider?.close();
    await second?.stop();
    await world?.remove();
  });

  const volumesOn = async (host: typeof virsh) =>
    (await host('vol-list', '--pool', world.settings.pool))
      .split('\n')
      .filter((line) => line.includes(spec.name));
  const assertNothingLeft = async () => {
    assert.deepEqual(await provider.listMachines(), []);
    for (const host of [virsh, second.virsh]) assert.deepEqual(await volumesOn(host), []);
  };

  test('its check succeeds, and lookForRoom returns the room of both', async () => {
    await provider.check();
    assert.deepEqual(provider.hosts, ['kvm1', 'kvm2']);
    assert.deepEqual(await provider.listEngineVersions(), ['15.14', '16.10']);
    const [one, two] = await provider.lookForRoom(spec.name);
    assert.ok(one && 'begun' in one && two && 'begun' in two);
    assert.deepEqual([one.host, one.begun, two.host, two.begun], ['kvm1', false, 'kvm2', false]);
    assert.deepEqual(two.memoryMiB, { total: (PLENTY_MIB * 15) / 16, promised: 0 });
    assert.ok(one.memoryMiB.total > 0 && one.memoryMiB.total < PLENTY_MIB);
    assert.ok(one.diskGiB.total > 0 && two.diskGiB.total > 0);
  });

  test('makes a machine without a chosen host on the host with the most memory left', async () => {
    const machine = await provider.ensureMachine(spec, noProgress());
    assert.equal(machine.host, 'kvm2');
    assert.equal(await world.provider.findMachine(spec.name), undefined);
    assert.equal((await volumesOn(second.virsh)).length, 3);
    assert.deepEqual(await provider.ensureMachine(spec, noProgress()), machine, 'it is found there');
    await provider.destroyMachine({ name: spec.name }, noProgress());
    await assertNothingLeft();
  });

  test('at(host) makes, finds and removes machines on that host only', async () => {
    const [one, two] = [provider.at('kvm1'), provider.at('kvm2')];
    assert.equal((await one.ensureMachine(spec, noProgress())).host, 'kvm1');
    assert.equal(await two.findMachine(spec.name), undefined);
    assert.deepEqual(await two.listMachines(), []);
    await two.destroyMachine({ name: spec.name }, noProgress());
    await assert.rejects(two.resizeMachine(spec, noProgress()), { code: 'MachineNotFound' });
    await assert.rejects(two.startMachine(spec.name, noProgress()), { code: 'MachineNotFound' });
    assert.deepEqual(
      (await provider.listMachines()).map(({ name, host }) => [name, host]),
      [[spec.name, 'kvm1']],
    );
    await one.destroyMachine({ name: spec.name }, noProgress());
    await assertNothingLeft();
  });

  test('makes a machine on the host where it was begun, even if the other has more room', async () => {
    const caller = new AbortController();
    const report = (message: string) => message.startsWith('defining') && caller.abort(new Error('gone'));
    await assert.rejects(provider.at('kvm1').ensureMachine(spec, { signal: caller.signal, report }), /gone/);
    const rooms = await provider.lookForRoom(spec.name);
    assert.deepEqual(
      rooms.map((room) => 'begun' in room && room.begun),
      [true, false],
    );
    assert.equal((await provider.ensureMachine(spec, noProgress())).host, 'kvm1');
    await provider.destroyMachine({ name: spec.name }, noProgress());
    await assertNothingLeft();
  });

  test('fails with the room of each host where none has enough', async () => {
    await assert.rejects(provider.ensureMachine({ ...spec, diskGiB: 1_000_000 }, noProgress()), {
      code: 'InsufficientCapacity',
      message:
        /no room for .*1000000 GiB of disk in addition to .*: kvm1 has \d+ MiB, \d+ of them promised, and \d+ GiB, .*kvm2 has \d+ MiB/,
    });
  });

  test('a worker makes an instance on its chosen host, and a concurrent delete removes it there', async (t) => {
    quiet();
    const instances = await createWorld({ idle: true });
    const secretKeyFile = join(instances.stateDir, 'secret.key');
    await writeFile(secretKeyFile, instances.secretKey.toString('base64'), { mode: 0o600 });
    const stop = new AbortController();
    const config = {
      ...instances.config,
      ...{ secretKeyFile, sshKeyFile: join(instances.stateDir, 'ssh', 'id_ed25519') },
      ...{ iaas, databaseUrl: instances.databaseUrl },
      ...{ machineOrigin: world.settings.origin, storagePool: world.settings.pool },
      network: world.settings.network,
      temporal: {
        ...instances.config.temporal,
        address: instances.environment.address,
        taskQueue: instances.taskQueue,
      },
    };
    const log = pino({ level: 'silent' });
    let worker: Promise<void> | undefined;
    t.after(async () => {
      stop.abort();
      await worker;
      await instances.close();
    });
    await new Promise<void>((onReady, failed) => {
      worker = runWorker(config, { log, signal: stop.signal, onReady });
      worker.catch(failed);
    });

    const instance = await instances.create('placed');
    const { dbiResourceId, machine } = instance;
    const handle = instances.temporal.workflow.getHandle(dbiResourceId);
    const isBooting = async () =>
      (await provider.findMachine(machine))?.state === 'running' && (await readSteps(handle)).length > 3;
    while (!(await isBooting())) await delay(100);
    assert.equal((await instances.inventory.instances.find({ dbiResourceId }))?.host, 'kvm2');
    assert.equal((await provider.findMachine(machine))?.host, 'kvm2');
    const { raw } = await handle.describe();
    assert.equal(raw.pendingActivities?.[0]?.activityType?.name, 'startMachine');

    await instances.inventory.instances.change({ dbiResourceId }, { requestId: 'test' }, () => ({
      operation: { type: 'deleteDbInstance' },
    }));
    assert.equal(await instances.settle(dbiResourceId), undefined);
    await assertNothingLeft();
  });

  test('a host that hangs delays nothing on the other host, and the choice of a host only briefly', async () => {
    await provider.at('kvm1').ensureMachine(spec, noProgress());
    await second.hang();
    const one = provider.at('kvm1');
    assert.equal((await one.findMachine(spec.name))?.host, 'kvm1');
    assert.deepEqual(
      (await one.listMachines()).map(({ name }) => name),
      [spec.name],
    );
    await one.destroyMachine({ name: spec.name }, noProgress());

    const [first, hung] = await provider.lookForRoom(spec.name);
    assert.ok(first && 'begun' in first);
    assert.ok(hung && 'unreachable' in hung && hung.unreachable instanceof ProviderError);
    assert.match(hung.unreachable.message, /libvirt on kvm2/);
    assert.equal(hung.unreachable.retryable, true);
    await assert.rejects(provider.ensureMachine(spec, noProgress()), {
      code: /Timeout|Unavailable/,
      retryable: true,
    });
    assert.deepEqual(await volumesOn(virsh), [], 'it might be there: nothing is made');
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type MachineSpec, noProgress, type Provider, ProviderError } from '../../src/providers/provider.ts';
import { sh } from '../../src/ssh/command.ts';
import type { Ssh } from '../../src/ssh/ssh.ts';

/** A provider with its own place for machines, and what the suite needs in addition. */
export interface ContractWorld {
  readonly provider: Provider;
  /** The beginning of every machine's name. */
  readonly machinePrefix: string;
  /** An SSH client with a key that the machines accept. */
  readonly ssh: Ssh;
  /** Another provider on the same machines, as of another worker. */
  open(): Promise<Provider>;
  /** A directory below the guest's root that the machine's user can write to. Default `/var/tmp`. */
  readonly writable?: string;
  /** Removes everything that is left. */
  remove(): Promise<void>;
}

/** What every provider guarantees. The tests build on each other, because machines take long to make. */
export function providerContract(name: string, makeWorld: () => Promise<ContractWorld>): void {
  describe(`${name} provider`, () => {
    let world: ContractWorld;
    let other: Provider;
    let spec: MachineSpec;

    before(async () => {
      world = await makeWorld();
      other = await world.open();
      const name = `${world.machinePrefix}contract`;
      spec = { name, owner: 'db-CONTRACT', cpus: 1, memoryMiB: 512, diskGiB: 1 };
    });
    after(async () => {
      await other?.close();
      await world?.remove();
    });

    test('the check of right settings succeeds', () => world.provider.check());

    test('the versions of PostgreSQL in the origin are listed', async () => {
      const versions = await world.provider.listEngineVersions();
      assert.ok(versions.length > 0);
      for (const version of versions) assert.match(version, /^\d+\.\d+$/);
    });

    test('a machine that was never made is not found', async () => {
      assert.equal(await world.provider.findMachine(spec.name), undefined);
      assert.deepEqual(await world.provider.listMachines(), []);
    });

    test('after an aborted call the next one succeeds', async () => {
      const reason = new Error('the caller goes away');
      await assert.rejects(
        world.provider.ensureMachine(spec, { ...noProgress(), signal: AbortSignal.abort(reason) }),
      );
      const caller = new AbortController();
      const impatient = { signal: caller.signal, report: () => caller.abort(reason) };
      await world.provider
        .ensureMachine(spec, impatient)
        .catch((error) => assert.ok(caller.signal.aborted, error));
      const machine = await world.provider.ensureMachine(spec, noProgress());
      assert.equal(machine.name, spec.name);
    });

    test('repeated and concurrent calls make one machine', async () => {
      const [first, second] = await Promise.all([
        world.provider.ensureMachine(spec, noProgress()),
        other.ensureMachine(spec, noProgress()),
      ]);
      assert.deepEqual(first, second);
      assert.equal(first.diskGiB, spec.diskGiB);
      assert.deepEqual(await names(world.provider), [spec.name]);
    });

    test('a machine is neither returned nor destroyed for another owner', async () => {
      const other = { ...spec, owner: 'db-ANOTHER' };
      await assert.rejects(world.provider.ensureMachine(other, noProgress()), {
        code: 'Conflict',
        retryable: false,
        message: /belongs to another instance, db-CONTRACT/,
      });
      await world.provider.destroyMachine(other, noProgress());
      assert.equal((await world.provider.findMachine(spec.name))?.owner, spec.owner);
      const { owner: _, ...anybody } = spec;
      assert.equal((await world.provider.ensureMachine(anybody, noProgress())).owner, spec.owner);
    });

    test('a running machine is reached over SSH with the pinned host key', async () => {
      const machine = await world.provider.startMachine(spec.name, noProgress());
      const { stdout } = await world.ssh.run(machine.ssh, sh`echo ${'it is "me"'}`);
      assert.equal(stdout, 'it is "me"\n');
      assert.equal((await world.provider.findMachine(spec.name))?.state, 'running');
    });

    test('a look at a running machine returns the same address and host key as its start', async () => {
      const { ssh, address, hasGivenAddress, guestRoot } = await world.provider.startMachine(
        spec.name,
        noProgress(),
      );
      const look = await other.lookAtMachine(spec.name);
      assert.equal(look?.state, 'running');
      assert.equal(look.paused, undefined);
      const { reach } = look;
      assert.deepEqual(
        [reach?.ssh, reach?.address, reach?.hasGivenAddress, reach?.guestRoot, reach?.name],
        [ssh, address, hasGivenAddress, guestRoot, spec.name],
      );
    });

    test('a running machine is found without a start', async () => {
      const started = await world.provider.startMachine(spec.name, noProgress());
      assert.deepEqual(await other.findRunning(spec.name), started);
    });

    test('another host key is refused', async () => {
      const { ssh: target } = await world.provider.startMachine(spec.name, noProgress());
      const [type, key = ''] = target.hostKey.split(' ');
      const flipped = Buffer.from(key, 'base64');
      flipped[flipped.length - 1] = 0xff & ~(flipped.at(-1) ?? 0);
      const impostor = { ...target, hostKey: `${type} ${flipped.toString('base64')}` };
      await assert.rejects(world.ssh.run(impostor, sh`true`), { code: 'HostKeyMismatch' });
    });

    test('a start of a running machine returns the same again', async () => {
      const once = await world.provider.startMachine(spec.name, noProgress());
      assert.deepEqual(await other.startMachine(spec.name, noProgress()), once);
    });

    test('a stopped machine is off, and keeps its files and its host key at the next start', async () => {
      const before = await world.provider.startMachine(spec.name, noProgress());
      const dir = `${before.guestRoot}${world.writable ?? '/var/tmp'}`;
      await world.ssh.run(
        before.ssh,
        sh`mkdir -p ${dir} && echo kept >${dir}/contract && sync ${dir}/contract`,
      );
      await world.provider.stopMachine(spec.name, noProgress());
      assert.equal((await other.findMachine(spec.name))?.state, 'stopped');
      await assert.rejects(world.ssh.run(before.ssh, sh`true`), { retryable: true });
      await world.provider.stopMachine(spec.name, noProgress());
      const look = await other.lookAtMachine(spec.name);
      assert.deepEqual([look?.state, look?.reach], ['stopped', undefined]);
      assert.equal(await other.findRunning(spec.name), undefined);
      assert.equal((await other.findMachine(spec.name))?.state, 'stopped', 'a look starts nothing');

      const again = await other.startMachine(spec.name, noProgress());
      assert.equal(again.ssh.hostKey, before.ssh.hostKey);
      const { stdout } = await world.ssh.run(again.ssh, sh`cat ${dir}/contract`);
      assert.equal(stdout, 'kept\n');
    });

    test('the disk grows while the machine runs, and does not shrink', async () => {
      const grown = { ...spec, diskGiB: spec.diskGiB + 1 };
      await world.provider.resizeMachine(grown, noProgress());
      await world.provider.resizeMachine(grown, noProgress());
      assert.equal((await other.findMachine(spec.name))?.diskGiB, grown.diskGiB);
      await world.provider.resizeMachine(spec, noProgress());
      assert.equal((await world.provider.findMachine(spec.name))?.diskGiB, grown.diskGiB);
      assert.equal((await world.provider.findMachine(spec.name))?.state, 'running');
    });

    test('two machines are made at once, one with a name of the greatest length', async () => {
      const longest = { ...spec, name: world.machinePrefix.padEnd(63, 'x') };
      const second = { ...spec, name: `${world.machinePrefix}second` };
      const machines = await Promise.all(
        [longest, second].map(async (wanted) => {
          await world.provider.ensureMachine(wanted, noProgress());
          return world.provider.startMachine(wanted.name, noProgress());
        }),
      );
      assert.deepEqual(await names(world.provider), [longest.name, second.name, spec.name].sort());
      assert.equal(new Set(machines.map(({ ssh }) => `${ssh.host}:${ssh.port}`)).size, 2);
      assert.equal(new Set(machines.map(({ ssh }) => ssh.hostKey)).size, 2);
      await Promise.all(
        machines.map((machine) => world.provider.destroyMachine({ name: machine.name }, noProgress())),
      );
    });

    test('a destroyed machine is gone, and may be destroyed again', async () => {
      const { ssh: target } = await world.provider.startMachine(spec.name, noProgress());
      await world.provider.destroyMachine(spec, noProgress());
      await world.provider.destroyMachine(spec, noProgress());
      assert.equal(await other.findMachine(spec.name), undefined);
      assert.equal(await other.lookAtMachine(spec.name), undefined);
      assert.equal(await other.findRunning(spec.name), undefined);
      assert.deepEqual(await world.provider.listMachines(), []);
      await assert.rejects(world.ssh.run(target, sh`true`), { retryable: true });
    });

    test('start or resize of a missing machine is MachineNotFound', async () => {
      const missing = (error: unknown) => error instanceof ProviderError && error.code === 'MachineNotFound';
      await assert.rejects(world.provider.startMachine(spec.name, noProgress()), missing);
      await assert.rejects(world.provider.resizeMachine(spec, noProgress()), missing);
    });

    test('a machine with the name of a destroyed one is a new machine', async () => {
      await world.provider.ensureMachine(spec, noProgress());
      const { ssh: target, guestRoot } = await world.provider.startMachine(spec.name, noProgress());
      const dir = `${guestRoot}${world.writable ?? '/var/tmp'}`;
      await assert.rejects(world.ssh.run(target, sh`test -e ${dir}/contract`), { exitCode: 1 });
      await world.provider.destroyMachine({ name: spec.name }, noProgress());
    });
  });
}

async function names(provider: Provider): Promise<string[]> {
  return (await provider.listMachines()).map(({ name }) => name).sort();
}

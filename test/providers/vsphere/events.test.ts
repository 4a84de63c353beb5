import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { noProgress } from '../../../src/providers/provider.ts';
import { beforePrepared } from '../../../src/providers/vsphere/prepared.ts';
import { spec } from '../../support/local/world.ts';
import { skipWithoutRoot } from '../../support/vsphere/build.ts';
import { makeVsphereWorld, type VsphereWorld } from '../../support/vsphere/world.ts';

test("the query for events begins one minute before the preparation, by vCenter's clock", () => {
  const before = (noted: string) => beforePrepared(new Map([['cornac.prepared', noted]]));
  assert.equal(before('2026-11-25T22:57:31.123456Z'), '2026-11-25T22:56:31Z');
  assert.equal(before('2026-11-26T00:00:31+02:00'), '2026-11-25T21:59:31Z');
  // The value that earlier versions recorded.
  assert.equal(before('TRUE'), undefined);
});

suite('events of a vCenter', { skip: skipWithoutRoot }, () => {
  const name = 'cornac-events';
  let world: VsphereWorld;

  before(async () => {
    world = await makeVsphereWorld(22);
  });
  afterEach(async () => {
    await world.simulator.setEvents({});
    await world.simulator.setGuests({});
    await world.provider.destroyMachine({ name }, noProgress());
    assert.equal((await world.simulator.state()).violations, null);
  });
  after(() => world?.remove());

  test('years of other events are not queried', async () => {
    await world.simulator.setEvents({ count: 5_000, milliseconds: 200_000 });
    await world.provider.ensureMachine(spec(name), noProgress());
    await world.provider.startMachine(name, noProgress());
  });

  test('an account that may not read the time: events are queried without a time', async () => {
    await world.simulator.fault({ method: 'CurrentTime', fault: 'NoPermission', times: 1 });
    await world.provider.ensureMachine(spec(name), noProgress());
    await world.provider.startMachine(name, noProgress());
    const { machines } = await world.simulator.state();
    assert.equal(machines.find((machine) => machine.name === name)?.extraConfig['cornac.prepared'], 'TRUE');
  });

  test('two late answers: the start reports them and succeeds', async () => {
    const provider = await world.open({ times: { silence: 1_500, readRetry: 1_000 } });
    await provider.ensureMachine(spec(name), noProgress());
    await world.simulator.setEvents({ slow: 2, milliseconds: 5_000 });
    const told: string[] = [];
    await provider.startMachine(name, { ...noProgress(), report: (message) => told.push(message) });
    assert.match(told.join('\n'), /waiting for the guest of cornac-events .* is unreachable/);
  });

  test('events are queried only every few seconds', async () => {
    await world.simulator.setGuests({ silent: true });
    const impatient = await world.open({ times: { boot: 5_000 } });
    await impatient.ensureMachine(spec(name), noProgress());
    const asked = async () => (await world.simulator.state()).calls.QueryEvents ?? 0;
    const already = await asked();
    await assert.rejects(impatient.startMachine(name, noProgress()), { code: 'Timeout' });
    assert.ok((await asked()) - already <= 6, String((await asked()) - already));
  });
});

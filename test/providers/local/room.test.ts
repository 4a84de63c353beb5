import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { memoryBytes } from '../../../src/providers/local/room.ts';
import { noProgress } from '../../../src/providers/provider.ts';
import { MIB } from '../../../src/system/units.ts';
import { type LocalWorld, makeLocalWorld, spec } from '../../support/local/world.ts';

/** Its shared_buffers would be all of the memory of this computer. */
const TOO_MUCH_MIB = Math.ceil((memoryBytes() / MIB) * 4);

describe('the room of this computer', () => {
  let world: LocalWorld;
  before(async () => {
    world = await makeLocalWorld();
  });
  after(() => world?.remove());

  test('is that of one class, whatever machines there are', async () => {
    const [before] = await world.provider.lookForRoom();
    await world.provider.ensureMachine(spec('cornac-small'), noProgress());
    const [now] = await world.provider.lookForRoom('cornac-small');
    assert.ok(before && now && !('unreachable' in before) && !('unreachable' in now));
    assert.equal(before.isShared, true);
    assert.equal(now.memoryMiB.total, before.memoryMiB.total);
    assert.ok(now.memoryMiB.total >= memoryBytes() / MIB);
    assert.ok(now.memoryMiB.total < TOO_MUCH_MIB);
    assert.deepEqual([before.begun, now.begun], [false, true]);
    assert.deepEqual([...now.machines], [['cornac-small', { memoryMiB: 512, diskGiB: 1 }]]);
  });

  test('does not bear a class whose PostgreSQL could not start: nothing is made or changed', async () => {
    const large = { ...spec('cornac-large'), memoryMiB: TOO_MUCH_MIB };
    await assert.rejects(world.provider.ensureMachine(large, noProgress()), { code: 'InsufficientCapacity' });
    assert.equal(await world.provider.findMachine('cornac-large'), undefined);
    const grown = { ...spec('cornac-small'), memoryMiB: TOO_MUCH_MIB };
    await assert.rejects(world.provider.resizeMachine(grown, noProgress()), { code: 'InsufficientCapacity' });
    await world.provider.resizeMachine(spec('cornac-small'), noProgress());
  });
});

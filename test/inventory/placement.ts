import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperationRef } from '../../src/model/operation/operation.ts';
import { CALL, newInstance, refOf, type TestInventory, VERIFIER } from '../support/inventory.ts';

/** Hosts and room of instances: choices and reservations of concurrent operations. */
export function testPlacement({ inventory, createAvailable, begin }: TestInventory): void {
  const { instances, operations } = inventory;
  const find = (identifier: string) => instances.find({ identifier });

  test('concurrent placements of one instance agree on the first choice', async () => {
    const ref = refOf(await instances.create(newInstance('placed'), VERIFIER, CALL));
    let asked = 0;
    const choices = await Promise.all(
      ['kvm1', 'kvm2', 'kvm3', 'kvm4'].map((host) =>
        operations.place(ref, () => {
          asked += 1;
          return host;
        }),
      ),
    );
    assert.equal(new Set(choices).size, 1);
    assert.equal(asked, 1, 'who comes later is not asked');
    assert.equal((await find('placed'))?.host, choices[0]);
    assert.equal((await operations.begin(ref))?.instance?.host, choices[0]);
    assert.equal(await operations.place(ref, () => 'kvm9'), choices[0]);
  });

  test('concurrent placements of several instances: each sees those before it, whether or not they were made', async () => {
    const refs = await Promise.all(
      ['first', 'second', 'third'].map(async (name) =>
        refOf(await instances.create(newInstance(`placed-${name}`), VERIFIER, CALL)),
      ),
    );
    const known: number[] = [];
    const place = (ref: OperationRef) =>
      operations.place(ref, (others) => {
        const here = others.filter(({ host }) => host === 'kvm7');
        for (const other of here) {
          assert.deepEqual([other.dbInstanceClass, other.allocatedStorage], ['db.t2.micro', 5]);
        }
        known.push(here.length);
        return 'kvm7';
      });
    await Promise.all(refs.map(place));
    assert.deepEqual(known.sort(), [0, 1, 2]);
    for (const ref of refs) await operations.succeed(ref, { status: 'available' });
    await place(refOf(await instances.create(newInstance('placed-late'), VERIFIER, CALL)));
    assert.equal(known.at(-1), 3);
  });

  test('a failed choice of a host writes nothing, nor does a choice for an overtaken operation', async () => {
    const ref = refOf(await instances.create(newInstance('homeless'), VERIFIER, CALL));
    const full = () => {
      throw new Error('no room');
    };
    await assert.rejects(operations.place(ref, full), /no room/);
    assert.equal((await find('homeless'))?.host, null);
    await begin('homeless', 'deleteDbInstance');
    assert.equal(await operations.place(ref, () => 'kvm1'), undefined);
    assert.equal((await find('homeless'))?.host, null);
  });

  test('concurrent reservations: each sees those before it, and a reservation stays until its operation ends', async () => {
    const wanted = { dbInstanceClass: 'db.t2.small', allocatedStorage: 9 };
    const names = ['reserving-1', 'reserving-2', 'reserving-3'];
    for (const name of names) await createAvailable(name);
    const refs = await Promise.all(names.map((name) => begin(name, 'modifyDbInstance')));
    const known: number[] = [];
    const reserve = (ref: OperationRef) =>
      operations.reserve(ref, wanted, (others) => {
        const here = others.filter(({ machine }) => machine.includes('reserving'));
        known.push(here.filter(({ reserved }) => reserved?.allocatedStorage === 9).length);
        assert.equal(here.length, 2, 'instances count with what they have, whether reserved or not');
      });
    await Promise.all(refs.map(reserve));
    assert.deepEqual(known.sort(), [0, 1, 2]);
    const [first] = refs;
    assert.ok(first);
    assert.deepEqual((await operations.find(first.operationId))?.facts.reserved, wanted);
    assert.equal(await reserve(first), true);
    assert.equal(known.length, 3, 'who has it is not asked again');

    await operations.succeed(first, { status: 'available' });
    await reserve(await begin('reserving-1', 'modifyDbInstance'));
    assert.equal(known.at(-1), 2);
  });

  test('a refused reservation is not stored, and an overtaken operation reserves nothing', async () => {
    await createAvailable('refused');
    const ref = await begin('refused', 'modifyDbInstance');
    const wanted = { dbInstanceClass: 'db.t2.small', allocatedStorage: 9 };
    const full = () => {
      throw new Error('no room');
    };
    await assert.rejects(operations.reserve(ref, wanted, full), /no room/);
    assert.equal((await operations.find(ref.operationId))?.facts.reserved, undefined);
    await begin('refused', 'deleteDbInstance');
    assert.equal(await operations.reserve(ref, wanted, () => {}), false);
  });
}

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Instance } from '../../../src/model/db-instance/instance.ts';
import { conclude, findMissing } from '../../../src/model/operation/conclusion.ts';
import type { Asked, Modification } from '../../../src/model/operation/input.ts';
import type { OperationType } from '../../../src/model/operation/operation-types.ts';
import type { Facts } from '../../../src/model/server/facts.ts';
import { newInstance } from '../../support/inventory.ts';

const NOW = new Date('2026-11-25T12:00:00Z');
const { settings } = newInstance('one');
const serving = { address: '127.0.0.9', engineVersion: '15.18' };
const modification = { allocatedStorage: 6, dbInstanceClass: 'db.t2.small', masterPassword: true } as const;
function operation(type: OperationType, facts: Facts = {}, input: { modification?: Modification } = {}) {
  return { ...({ type, input } as Asked), facts };
}
function concludeAt(concluded: ReturnType<typeof operation>, availableAt: Date | null = NOW) {
  const { events, ...rest } = conclude(concluded, { identifier: 'one', availableAt, settings }, NOW);
  return { ...rest, messages: events.map(({ message }) => message) };
}

describe('nothing is missing', () => {
  test('where the steps of an operation have recorded all that it promises', () => {
    const done = { notes: [] };
    const reached: Facts = {
      serving,
      enlarged: done,
      allocatedStorage: 6,
      resized: done,
      dbInstanceClass: 'db.t2.small',
    };
    assert.deepEqual(findMissing(operation('modifyDbInstance', reached, { modification }), false), []);
    assert.deepEqual(findMissing(operation('createDbInstance', { serving }), false), []);
    assert.deepEqual(findMissing(operation('rebootDbInstance', { serving }), true), []);
    assert.deepEqual(findMissing(operation('stopDbInstance', { stopped: true }), true), []);
    assert.deepEqual(findMissing(operation('createReadReplica', { serving, streaming: true }), false), []);
    assert.deepEqual(findMissing(operation('promoteReadReplica', { serving, promoted: true }), false), []);
  });
});

describe('a result without a record is missing', () => {
  test('the replication of a new read replica, and the promotion of one', () => {
    assert.deepEqual(findMissing(operation('createReadReplica'), false), ['serving', 'streaming']);
    assert.deepEqual(findMissing(operation('promoteReadReplica'), false), ['promoted', 'serving']);
  });

  test('every requested part of a modification', () => {
    const missing = findMissing(operation('modifyDbInstance', {}, { modification }), true);
    assert.deepEqual(missing, ['serving', 'password', 'storage', 'class']);
  });
  test('a size and a class that differ from the requested ones', () => {
    const other: Facts = { serving, allocatedStorage: 5, dbInstanceClass: 'db.t2.micro' };
    const missing = findMissing(operation('modifyDbInstance', other, { modification }), false);
    assert.deepEqual(missing, ['storage', 'class']);
  });
  test('a size and a class that only the guest has recorded, not the machine', () => {
    const guestOnly: Facts = { serving, allocatedStorage: 6, dbInstanceClass: 'db.t2.small' };
    const missing = findMissing(operation('modifyDbInstance', guestOnly, { modification }), false);
    assert.deepEqual(missing, ['storage', 'class']);
  });
  test('a change of class that the modification does not request', () => {
    const facts: Facts = {
      serving,
      enlarged: { notes: [] },
      allocatedStorage: 6,
      dbInstanceClass: 'db.t2.small',
    };
    const input = { modification: { allocatedStorage: 6 } };
    assert.deepEqual(findMissing(operation('modifyDbInstance', facts, input), false), ['class']);
  });
  test('a password that a create has not yet applied', () => {
    assert.deepEqual(findMissing(operation('createDbInstance', { serving }), true), ['password']);
  });
  test('the final server state, whatever else was recorded', () => {
    for (const type of ['rebootDbInstance', 'startDbInstance', 'recoverDbInstance'] as const) {
      assert.deepEqual(findMissing(operation(type, { stopped: true }), false), ['serving']);
    }
    assert.deepEqual(findMissing(operation('stopDbInstance', { serving }), false), ['stopped']);
  });
});

describe('the end of an operation', () => {
  test('a create: available from now on, with notes about what could not be done as requested', () => {
    const facts: Facts = { serving, made: { notes: ['no quota'] } };
    assert.deepEqual(concludeAt(operation('createDbInstance', facts), null), {
      status: 'available',
      patch: { ...serving, availableAt: NOW },
      found: { engineVersion: '15.18' },
      messages: ['DB instance created', 'Note: no quota'],
    });
  });
  test('a modification: the events of its parts, in the order of its steps', () => {
    const facts: Facts = { serving, enlarged: { notes: ['a'] }, resized: { notes: ['b'] } };
    assert.deepEqual(concludeAt(operation('modifyDbInstance', facts, { modification })), {
      status: 'available',
      patch: { ...serving, allocatedStorage: 6, dbInstanceClass: 'db.t2.small' },
      found: { engineVersion: '15.18' },
      messages: [
        'Reset master credentials',
        'Note: a',
        'Finished applying modification to allocated storage: 6 GiB',
        'Note: b',
        'Finished applying modification to DB instance class: db.t2.small',
      ],
    });
  });
  test('a stop: pending changes are dropped', () => {
    assert.deepEqual(concludeAt(operation('stopDbInstance', { stopped: true, serving })), {
      status: 'stopped',
      patch: { pending: {} },
      messages: ['DB instance stopped'],
    });
  });
  test('a start with another certificate than before tells of it, one with the same does not', () => {
    const until = '2036-11-25T12:00:00.000Z';
    const start = operation('startDbInstance', {
      serving: { ...serving, certificate: { authority: 'a', until } },
    });
    const messages = (certificate: Instance['certificate'], availableAt: Date | null = NOW) =>
      conclude(
        start,
        { identifier: 'one', availableAt, settings, ...(certificate && { certificate }) },
        NOW,
      ).events.map(({ message }) => message);
    const event =
      'Finished applying modification to the server certificate: signed by a, valid until 2036-11-25';
    assert.deepEqual(messages({ authority: 'a', until: new Date(until) }), ['DB instance started']);
    assert.deepEqual(messages({ authority: 'b', until: new Date(until) }), ['DB instance started', event]);
    assert.deepEqual(messages({ authority: 'a', until: NOW }), ['DB instance started', event]);
    assert.deepEqual(messages(undefined), ['DB instance started', event]);
    assert.deepEqual(messages(undefined, null), ['DB instance started']);
  });
});

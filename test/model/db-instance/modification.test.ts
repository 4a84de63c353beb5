import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ModificationRequest, planModification } from '../../../src/model/db-instance/modification.ts';

const micro = { allocatedStorage: 20, dbInstanceClass: 'db.t3.micro', caCertificateIdentifier: 'g1' };
function plan(request: Partial<ModificationRequest>, pending: object = {}) {
  return planModification(
    { ...micro, pending },
    { masterPassword: false, applyImmediately: false, ...request },
  );
}

for (const [what, request, pending, expected] of [
  ['nothing', {}, {}, { modification: undefined, pending: {} }],
  [
    'storage waits',
    { allocatedStorage: 30 },
    {},
    { modification: undefined, pending: { allocatedStorage: 30 } },
  ],
  [
    'storage and class now',
    { allocatedStorage: 30, dbInstanceClass: 'db.t3.small', applyImmediately: true },
    {},
    { modification: { allocatedStorage: 30, dbInstanceClass: 'db.t3.small' }, pending: {} },
  ],
  [
    'another authority waits, and no operation is made for it later',
    { caCertificateIdentifier: 'g2' },
    { dbInstanceClass: 'db.t3.small' },
    { modification: undefined, pending: { dbInstanceClass: 'db.t3.small', caCertificateIdentifier: 'g2' } },
  ],
  [
    'another authority now, beside the class',
    { dbInstanceClass: 'db.t3.small', applyImmediately: true },
    { caCertificateIdentifier: 'g2' },
    { modification: { dbInstanceClass: 'db.t3.small' }, pending: {}, caCertificateIdentifier: 'g2' },
  ],
  [
    'the present authority takes the other back',
    { caCertificateIdentifier: 'g1' },
    { caCertificateIdentifier: 'g2' },
    { modification: undefined, pending: {} },
  ],
  [
    'what waits joins what waits',
    { dbInstanceClass: 'db.t3.small' },
    { allocatedStorage: 30 },
    { modification: undefined, pending: { allocatedStorage: 30, dbInstanceClass: 'db.t3.small' } },
  ],
  [
    'what waits goes along with what is wanted now',
    { dbInstanceClass: 'db.t3.small', applyImmediately: true },
    { allocatedStorage: 30 },
    { modification: { allocatedStorage: 30, dbInstanceClass: 'db.t3.small' }, pending: {} },
  ],
  [
    'a pending modification, applied now',
    { applyImmediately: true },
    { allocatedStorage: 30 },
    { modification: { allocatedStorage: 30 }, pending: {} },
  ],
  [
    'a newer request replaces the pending one',
    { allocatedStorage: 40 },
    { allocatedStorage: 30 },
    { modification: undefined, pending: { allocatedStorage: 40 } },
  ],
  [
    'back to the present takes back what waits',
    { allocatedStorage: 20 },
    { allocatedStorage: 30, dbInstanceClass: 'db.t3.small' },
    { modification: undefined, pending: { dbInstanceClass: 'db.t3.small' } },
  ],
  ['the same again', micro, {}, { modification: undefined, pending: {} }],
  ['the same again, now', { ...micro, applyImmediately: true }, {}, { modification: undefined, pending: {} }],
  [
    'a password never waits, and takes nothing along',
    { masterPassword: true, allocatedStorage: 40 },
    { dbInstanceClass: 'db.t3.small' },
    {
      modification: { masterPassword: true },
      pending: { allocatedStorage: 40, dbInstanceClass: 'db.t3.small' },
    },
  ],
  [
    'a password and storage now',
    { masterPassword: true, allocatedStorage: 40, applyImmediately: true },
    {},
    { modification: { masterPassword: true, allocatedStorage: 40 }, pending: {} },
  ],
] as const) {
  test(`a modification is split into now and later: ${what}`, () => {
    assert.deepEqual(plan(request, pending), expected);
  });
}

for (const applyImmediately of [true, false]) {
  test(`storage never shrinks, ${applyImmediately ? 'now' : 'later'}`, () => {
    assert.throws(() => plan({ allocatedStorage: 19, applyImmediately }), {
      code: 'InvalidParameterCombination',
    });
  });
}

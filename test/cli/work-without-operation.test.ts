import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workWithoutOperation } from '../../src/cli/work-without-operation.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { endOfValidity } from '../../src/model/server/certificate.ts';
import { newInstance } from '../support/inventory.ts';

const now = new Date('2026-11-27T12:00:00Z');
const certificate = { authority: 'rds-ca-rsa2048-g1', until: endOfValidity(now) };
const idle: Instance = {
  ...newInstance('one', { certificate, status: 'available', address: '127.0.0.9' }),
  caCertificateIdentifier: certificate.authority,
};

for (const [name, patch, work] of [
  ['nothing to do', {}, undefined],
  ['another authority', { caCertificateIdentifier: 'cornac-ca-ecc256-g2' }, /signed by cornac-ca-ecc256-g2/],
  ['a certificate of years ago', { certificate: { ...certificate, until: now } }, /another certificate/],
  [
    'parameters that are to be applied',
    {
      appliedParameters: { group: 'mine', values: {} },
      parameterGroup: { name: 'mine', parameters: { work_mem: { value: '64', applyMethod: 'immediate' } } },
    },
    /^Parameters of one wait for an operation/,
  ],
  ['a stopped instance', { status: 'stopped', caCertificateIdentifier: 'cornac-ca-ecc256-g2' }, undefined],
] as const) {
  test(`${name}: ${work ? 'told' : 'nothing told'}`, () => {
    const told = workWithoutOperation({ ...idle, ...patch }, now);
    if (work) assert.match(told ?? '', work);
    else assert.equal(told, undefined);
  });
}

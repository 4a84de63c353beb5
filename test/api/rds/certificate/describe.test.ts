import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { CertificateMessage, ModifyCertificatesResult } from '@aws-sdk/client-rds';
import { describeCertificates } from '../../../../src/api/rds/certificate/describe.ts';
import { modifyCertificates } from '../../../../src/api/rds/certificate/modify.ts';
import { startTestApi } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

function describe(input: object): Promise<CertificateMessage> {
  return api.call<CertificateMessage>(describeCertificates, input);
}
function modify(input: object): Promise<ModifyCertificatesResult> {
  return api.call<ModifyCertificatesResult>(modifyCertificates, input);
}

const first = {
  CertificateIdentifier: 'rds-ca-rsa2048-g1',
  CertificateType: 'CA',
  Thumbprint: '45e831944cbd8b5c7c786d495679e95d91ad738f',
  ValidFrom: new Date('2026-01-01T00:00:00Z'),
  ValidTill: new Date('2076-01-01T00:00:00Z'),
  CertificateArn: 'arn:aws:rds:local::cert:rds-ca-rsa2048-g1',
  CustomerOverride: false,
  CustomerOverrideValidTill: undefined,
};

test('an authority is shown as RDS shows its own, with an ARN that has no account', async () => {
  assert.deepEqual(await describe({ CertificateIdentifier: 'rds-ca-rsa2048-g1' }), {
    DefaultCertificateForNewLaunches: 'rds-ca-rsa2048-g1',
    Marker: undefined,
    Certificates: [first],
  });
});

test("the present authority is listed by its own name and by each of RDS's names, and the next one is listed", async () => {
  const { Certificates = [] } = await describe({});
  const { Thumbprint: present } = first;
  const next = '24016f4fee6f7654a107b769bc02c297e6597fe4';
  assert.deepEqual(
    Certificates.map(({ CertificateIdentifier, Thumbprint }) => [CertificateIdentifier, Thumbprint]),
    [
      ['cornac-ca-ecc256-g1', present],
      ['cornac-ca-ecc256-g2', next],
      ['rds-ca-ecc384-g1', present],
      ['rds-ca-rsa2048-g1', present],
      ['rds-ca-rsa4096-g1', present],
    ],
  );
});

test('ModifyCertificates chooses the authority of new instances, and takes the choice back', async () => {
  const { Certificate } = await modify({ CertificateIdentifier: 'cornac-ca-ecc256-g2' });
  assert.deepEqual(
    [Certificate?.CertificateIdentifier, Certificate?.CustomerOverride],
    ['cornac-ca-ecc256-g2', true],
  );
  const { DefaultCertificateForNewLaunches, Certificates } = await describe({});
  assert.equal(DefaultCertificateForNewLaunches, 'cornac-ca-ecc256-g2');
  assert.deepEqual(
    Certificates?.map(({ CustomerOverride }) => CustomerOverride),
    [false, true, false, false, false],
  );
  assert.deepEqual((await modify({ RemoveCustomerOverride: true })).Certificate, first);
  assert.equal((await describe({})).DefaultCertificateForNewLaunches, 'rds-ca-rsa2048-g1');
});

for (const call of [describe, modify]) {
  test(`${call.name}: an authority that Cornac does not have is not found`, async () => {
    await assert.rejects(call({ CertificateIdentifier: 'rds-ca-2019' }), {
      code: 'CertificateNotFound',
      message: 'Certificate not found: rds-ca-2019',
    });
  });
}

for (const input of [{}, { CertificateIdentifier: 'cornac-ca-ecc256-g2', RemoveCustomerOverride: true }]) {
  test(`ModifyCertificates ${JSON.stringify(input)} is refused`, async () => {
    await assert.rejects(modify(input), { code: 'InvalidParameterCombination' });
  });
}

for (const input of [{ Filters: [{ Name: 'x', Values: ['y'] }] }, { MaxRecords: 19 }, { Marker: 'x' }]) {
  test(`DescribeCertificates ${JSON.stringify(input)} is refused`, async () => {
    await assert.rejects(describe(input), { code: 'InvalidParameterValue' });
  });
}

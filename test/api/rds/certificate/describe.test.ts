import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { CertificateMessage } from '@aws-sdk/client-rds';
import { describeCertificates } from '../../../../src/api/rds/certificate/describe.ts';
import { startTestApi } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

function describe(input: object): Promise<CertificateMessage> {
  return api.call<CertificateMessage>(describeCertificates, input);
}

test('the authority is listed as RDS lists its own, with an ARN that has no account', async () => {
  assert.deepEqual(await describe({}), {
    DefaultCertificateForNewLaunches: 'cornac-ca-ecc256-g1',
    Marker: undefined,
    Certificates: [
      {
        CertificateIdentifier: 'cornac-ca-ecc256-g1',
        CertificateType: 'CA',
        Thumbprint: '45e831944cbd8b5c7c786d495679e95d91ad738f',
        ValidFrom: new Date('2026-01-01T00:00:00Z'),
        ValidTill: new Date('2076-01-01T00:00:00Z'),
        CertificateArn: 'arn:aws:rds:local::cert:cornac-ca-ecc256-g1',
        CustomerOverride: false,
      },
    ],
  });
});

test('an authority is found by its identifier', async () => {
  const { Certificates } = await describe({ CertificateIdentifier: 'cornac-ca-ecc256-g1' });
  assert.equal(Certificates?.length, 1);
});

test('an authority that Cornac does not have is not found', async () => {
  await assert.rejects(describe({ CertificateIdentifier: 'rds-ca-rsa2048-g1' }), {
    code: 'CertificateNotFound',
    message: 'Certificate not found: rds-ca-rsa2048-g1',
  });
});

for (const input of [{ Filters: [{ Name: 'x', Values: ['y'] }] }, { MaxRecords: 19 }, { Marker: 'x' }]) {
  test(`${JSON.stringify(input)} is refused`, async () => {
    await assert.rejects(describe(input), { code: 'InvalidParameterValue' });
  });
}

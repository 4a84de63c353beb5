import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deriveAuthority } from '../../src/authority/authority.ts';
import { parseCertificate } from '../../src/guest/identity.ts';

const identity = deriveAuthority(Buffer.alloc(32, 7)).issue(['db.virt'], new Date('2030-01-01T00:00:00Z'));
const end = identity.until.getTime() / 1_000;

test('the certificate that the machine reports has the authority that Cornac requested and the end that the machine has', () => {
  assert.deepEqual(parseCertificate(`certificate ${identity.id} ${end - 86_400}\napplied\n`, identity), {
    authority: 'cornac-ca-ecc256-g1',
    until: new Date((end - 86_400) * 1_000),
  });
});

for (const [what, stdout] of [
  ['no line', 'applied\n'],
  ['another id', `certificate ${'0'.repeat(64)} ${end}\n`],
  ['an end after that of a new certificate', `certificate ${identity.id} ${end + 1}\n`],
  ['an end that is no number', `certificate ${identity.id} soon\n`],
  ['an end beyond all dates', `certificate ${identity.id} 999999999999\n`],
] as const) {
  test(`a report with ${what} does not count`, () => {
    assert.equal(parseCertificate(stdout, identity), undefined);
  });
}

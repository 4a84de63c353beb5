import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAgainWhenOneGoes } from '../../../src/providers/vsphere/read-again.ts';
import { VimFault } from '../../../src/providers/vsphere/vim/fault.ts';

/** Fails with each of the faults in turn, then gives how often it was called. */
function failingWith(...faults: string[]) {
  let calls = 0;
  return async () => {
    const fault = faults[calls++];
    if (fault) throw new VimFault(fault, '');
    return calls;
  };
}
const gone = 'ManagedObjectNotFound';

test('what goes between two calls has both made again', async () => {
  assert.equal(await readAgainWhenOneGoes(failingWith(gone, gone)), 3);
});

test('one that goes each time ends it', async () => {
  await assert.rejects(readAgainWhenOneGoes(failingWith(...Array(5).fill(gone))), { fault: gone });
});

test('another fault ends it at once', async () => {
  await assert.rejects(readAgainWhenOneGoes(failingWith('NotAuthenticated')), { fault: 'NotAuthenticated' });
});

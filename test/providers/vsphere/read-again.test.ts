import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAgainWhenOneGoes } from '../../../src/providers/vsphere/read-again.ts';
import { VimFault } from '../../../src/providers/vsphere/vim/fault.ts';

/** Fails with each of the faults in turn, then returns the number of calls. */
function failingWith(...faults: string[]) {
  let calls = 0;
  return async () => {
    const fault = faults[calls++];
    if (fault) throw new VimFault(fault, '');
    return calls;
  };
}
const gone = 'ManagedObjectNotFound';

test('an object is deleted between two calls: both are repeated', async () => {
  assert.equal(await readAgainWhenOneGoes(failingWith(gone, gone)), 3);
});

test('an object is deleted during every attempt: the fault is thrown', async () => {
  await assert.rejects(readAgainWhenOneGoes(failingWith(...Array(5).fill(gone))), { fault: gone });
});

test('another fault is thrown at once', async () => {
  await assert.rejects(readAgainWhenOneGoes(failingWith('NotAuthenticated')), { fault: 'NotAuthenticated' });
});

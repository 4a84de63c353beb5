import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettleCode, settleReason } from '../../../src/model/operation/settlement.ts';

test('a forged or unknown reason of a workflow is read as the code `failed`', () => {
  for (const made of [
    '<b>call this number</b>',
    undefined,
    null,
    { toString: () => 'cancelled' },
    'Cancelled',
  ]) {
    assert.equal(readSettleCode(made), 'failed');
  }
  assert.equal(readSettleCode('timed-out'), 'timed-out');
});

test('the reason is the text of the failed step, or a fixed text', () => {
  assert.equal(settleReason('failed', 'no room'), 'no room');
  assert.equal(settleReason('failed', undefined), 'internal error');
  assert.equal(settleReason('internal', 'no room'), 'internal error');
  assert.equal(settleReason('cancelled', 'no room'), 'cancelled');
  assert.equal(settleReason('timed-out', undefined), 'no answer came in time');
  assert.equal(settleReason('timed-out', 'no room'), 'no answer came in time; before that: no room');
});

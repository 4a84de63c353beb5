import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, Outcome } from './journal.ts';
import { passwordsOf } from './passwords.ts';

function change(password: string, outcome: Outcome, identifier = 'a'): Call {
  return {
    ...{ client: 'boto3', action: 'ModifyDBInstance', identifier, asked: { password } },
    ...{ sentAt: 0, answeredAt: 1, outcome },
  };
}

test('the order is: the last acknowledged password, passwords that may have been set, older ones', () => {
  const calls = [
    change('first', 'acknowledged'),
    change('second', 'acknowledged'),
    change('perhaps', 'unanswered'),
    change('refused', 'refused'),
    change('of another', 'acknowledged', 'b'),
  ];
  assert.deepEqual(passwordsOf(calls, 'a'), ['second', 'perhaps', 'first']);
});

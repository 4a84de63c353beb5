import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RebootDBInstance$ } from '@aws-sdk/client-rds';
import { action } from '../../src/api/action.ts';
import type { ActionName } from '../../src/api/protocol/messages.ts';
import { rdsOperations } from '../../src/api/protocol/schema.ts';

function notRun(): Promise<never> {
  return Promise.reject(new Error('not to be run'));
}

test('an action has the schema of its name, and mutates unless its name begins with a reading verb', () => {
  const reboot = action('RebootDBInstance', async () => ({}));
  assert.equal(reboot.schema, RebootDBInstance$);
  for (const [name, mutates] of [
    ['RebootDBInstance', true],
    ['AddTagsToResource', true],
    ['DescribeDBInstances', false],
    ['ListTagsForResource', false],
    ['DownloadDBLogFilePortion', false],
  ] as const) {
    const made = action<ActionName>(name, notRun);
    assert.deepEqual([made.name, made.mutates], [name, mutates]);
  }
  assert.equal(action('DescribeDBInstances', async () => ({}), { mutates: true }).mutates, true);
});

test('every operation of RDS can be bound by its name', () => {
  for (const name of rdsOperations.keys()) {
    assert.equal(action(name as ActionName, notRun).schema, rdsOperations.get(name));
  }
});

/** Never run: the compiler is the test. An unused `@ts-expect-error` below is a compile error. */
export function refusedByTheCompiler(): void {
  // @ts-expect-error RDS has no such operation.
  action('RebootMachine', async () => ({}));
  // @ts-expect-error A reboot takes no snapshot.
  action('RebootDBInstance', async ({ DBSnapshotIdentifier }) => ({ DBSnapshotIdentifier }));
  // @ts-expect-error A reboot answers with one instance.
  action('RebootDBInstance', async () => ({ DBInstances: [] }));
  // @ts-expect-error The name of an instance is a text.
  action('DescribeDBInstances', async () => ({ DBInstances: [{ DBInstanceIdentifier: 1 }] }));
  // @ts-expect-error AWS answers this action without a result.
  action('AddTagsToResource', async () => ({ TagList: [] }));
  // @ts-expect-error A stop does not have the input of a reboot.
  action('StopDBInstance', async ({ ForceFailover }) => ({ DBInstance: { MultiAZ: ForceFailover } }));
}

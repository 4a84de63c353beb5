import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { readClassChoice, readRef } from '../../src/activities/arguments.ts';

const ref = { operationId: '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b', dbiResourceId: 'db-A' };
const modify = {
  type: 'modifyDbInstance',
  input: { modification: { allocatedStorage: 6, dbInstanceClass: 'db.t2.small' } },
} as const;
const reboot = { type: 'rebootDbInstance', input: {} } as const;

describe('the operation of a step', () => {
  test('is the first argument, or follows the other arguments of a workflow of 0.2', () => {
    const instance = { dbiResourceId: 'db-A', machine: 'cornac-a' };
    for (const args of [[ref], [ref, 'asked'], [{ ssh: {} }, instance, ref], [instance, ref]]) {
      assert.deepEqual(readRef(args), ref);
    }
    assert.deepEqual(readRef([{ ...ref, machine: 'cornac-b' }]), ref, 'and nothing else of it');
  });
  test('is undefined without such an argument', () => {
    const instance = { dbiResourceId: 'db-A', machine: 'cornac-a' };
    for (const args of [[], [null], ['x'], [instance], [{ operationId: 1, dbiResourceId: 'db-A' }]]) {
      assert.equal(readRef(args), undefined);
    }
  });
  test('has a null UUID where the id is no UUID', () => {
    const read = readRef([{ ...ref, operationId: "' OR true --" }]);
    assert.deepEqual(read, { ...ref, operationId: '00000000-0000-0000-0000-000000000000' });
  });
});

test('the class of a step is one of two choices, whatever class the argument names', () => {
  assert.equal(readClassChoice([ref, 'asked'], modify), 'asked');
  assert.equal(readClassChoice([ref, 'present'], modify), 'present');
  assert.equal(readClassChoice([ref, 'db.t2.large'], modify), 'present');
  assert.equal(readClassChoice([{ dbInstanceClass: 'db.t2.large' }], modify), 'present');
  assert.equal(readClassChoice([ref], reboot), 'present');
  assert.equal(readClassChoice([{}], reboot), 'present');
});

/** The arguments with which a recorded workflow called this activity. */
async function recordedArguments(file: string, activity: string): Promise<unknown[][]> {
  const text = await readFile(new URL(`../histories/${file}`, import.meta.url), 'utf8');
  const { events } = historyFromJSON(JSON.parse(text));
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled?.activityType?.name === activity
      ? [(scheduled.input?.payloads ?? []).map(({ data }) => JSON.parse(Buffer.from(data ?? []).toString()))]
      : [],
  );
}

describe("a task of an older version's workflow", () => {
  test('selects one of the two classes', async () => {
    for (const version of ['0.1', '0.2-hosts']) {
      const file = `${version}.modifyDbInstance.json`;
      const choices = async (activity: string) =>
        (await recordedArguments(file, activity)).map((args) => readClassChoice(args, modify));
      assert.deepEqual(await choices('resizeMachine'), ['present', 'asked']);
      assert.deepEqual(await choices('restartPostgres'), ['asked']);
    }
  });
  test('names its own operation, or none', async () => {
    const files = (await readdir(new URL('../histories/', import.meta.url))).filter((name) =>
      /^0\.[12].*DbInstance/.test(name),
    );
    for (const file of files) {
      const [[own] = []] = await recordedArguments(file, 'beginOperation');
      for (const activity of [
        'completeOperation',
        'ensureMaster',
        'setMasterPassword',
        'chooseHost',
        'forgetInstance',
      ]) {
        for (const args of await recordedArguments(file, activity)) assert.deepEqual(readRef(args), own);
      }
      for (const activity of ['startMachine', 'destroyMachine', 'startPostgres']) {
        for (const args of await recordedArguments(file, activity)) {
          assert.equal(
            readRef(args),
            args.length === 1 && 'operationId' in (args[0] as object) ? own : undefined,
          );
        }
      }
    }
  });
});

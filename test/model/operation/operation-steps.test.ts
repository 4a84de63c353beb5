import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { Modification } from '../../../src/model/operation/input.ts';
import {
  hasStep,
  type OperationStep,
  operationSteps,
  refuseStep,
} from '../../../src/model/operation/operation-steps.ts';
import type { OperationType } from '../../../src/model/operation/operation-types.ts';

const histories = new URL('../../histories/', import.meta.url);
const types = Object.keys(operationSteps) as OperationType[];

/** The activities that the recorded workflows of this type have called. */
async function recordedSteps(type: OperationType): Promise<Set<string>> {
  const files = (await readdir(histories)).filter((name) => name.split(/[.-]/).includes(type));
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, histories), 'utf8')));
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/"activityType":\s*\{\s*"name":\s*"(\w+)"/g)].map(([, name = '']) => name),
    ),
  );
}

/**
 * Steps that no history has: the recorded machines need no restart for a change of class, and providers with hosts have
 * no backups yet.
 */
const unrecorded: Partial<Record<OperationType, readonly string[]>> = {
  modifyDbInstance: ['stopPostgres', 'stopMachine'],
  restoreDbInstance: ['chooseHost'],
  createReadReplica: ['chooseHost'],
};

for (const type of types) {
  test(`the steps of ${type} are those that its workflow calls`, async () => {
    const recorded = await recordedSteps(type);
    const listed = [...operationSteps[type], 'settleOperation'];
    assert.deepEqual(
      [...new Set(listed)].sort(),
      [...new Set([...recorded, ...(unrecorded[type] ?? []), 'settleOperation'])].sort(),
    );
  });
}

describe('a modification has only the steps of its requested parts', () => {
  const stepsOf = (modification: Modification) =>
    operationSteps.modifyDbInstance.filter((step) =>
      hasStep({ type: 'modifyDbInstance', input: { modification } }, step),
    );
  const always = ['beginOperation', 'settleOperation', 'startMachine'];
  const cases: readonly [Modification, readonly string[]][] = [
    [{ masterPassword: true }, ['setMasterPassword']],
    [{ allocatedStorage: 6 }, ['resizeMachine', 'growDisk', 'noteModification']],
    [{ dbInstanceClass: 'db.t2.small' }, ['resizeMachine', 'stopPostgres', 'stopMachine', 'restartPostgres']],
    [{}, []],
  ];
  for (const [modification, steps] of cases) {
    test(JSON.stringify(modification), () =>
      assert.deepEqual(new Set(stepsOf(modification)), new Set([...always, ...steps, 'completeOperation'])),
    );
  }
});

describe('a step', () => {
  const operation = {
    type: 'rebootDbInstance',
    input: {},
    resource: { kind: 'db-instance', id: 'db-A', name: 'a' },
  } as const;
  const own = { workflowId: 'db-A', workflowType: 'rebootDbInstance' };
  test('is allowed only to the workflow of its operation', () => {
    assert.equal(refuseStep('restartPostgres', own, operation), undefined);
    assert.match(
      refuseStep('restartPostgres', { ...own, workflowId: 'db-B' }, operation) ?? '',
      /another resource/,
    );
    assert.match(
      refuseStep('restartPostgres', { ...own, workflowId: undefined }, operation) ?? '',
      /another resource/,
    );
    assert.match(
      refuseStep('restartPostgres', { ...own, workflowType: 'evil' }, operation) ?? '',
      /another type/,
    );
    assert.match(
      refuseStep('restartPostgres', { ...own, workflowType: undefined }, operation) ?? '',
      /another type/,
    );
    assert.match(refuseStep('restartPostgres', own, undefined) ?? '', /does not exist/);
  });
  test('is refused where the operation does not have it', () => {
    const others: readonly OperationStep[] = [
      'destroyMachine',
      'forgetInstance',
      'stopMachine',
      'ensureMaster',
      'resizeMachine',
    ];
    for (const step of others) assert.match(refuseStep(step, own, operation) ?? '', /no such step/);
  });
});

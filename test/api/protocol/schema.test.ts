import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateDBInstance$, CreateOptionGroup$, ModifyOptionGroup$ } from '@aws-sdk/client-rds';
import type { OperationSchema } from '../../../src/api/protocol/schema.ts';
import { compileOperation, rdsOperations } from '../../../src/api/protocol/schema.ts';
import { sensitiveValues } from '../../../src/api/protocol/sensitive.ts';

test('every operation of the model compiles', () => {
  for (const schema of rdsOperations.values()) assert.equal(compileOperation(schema).name, schema[2]);
});

test('a compiled operation knows its required members', () => {
  const required = compileOperation(CreateDBInstance$).input.members.filter((member) => member.required);
  assert.deepEqual(
    required.map((member) => member.name),
    ['DBInstanceIdentifier', 'DBInstanceClass', 'Engine'],
  );
  assert.ok(
    compileOperation(CreateOptionGroup$)
      .input.members.slice(0, 4)
      .every((member) => member.required),
  );
});

test('a shape without a codec is refused at compile time, not at the call', () => {
  const withBlob: OperationSchema = [9, 'n', 'Op', 0, [3, 'n', 'In', 0, ['Blob'], [21]], 'unit'];
  assert.throws(() => compileOperation(withBlob), /no codec for the shape/);
  const withFlatList: OperationSchema = [
    ...([9, 'n', 'Op', 0] as const),
    [3, 'n', 'In', 0, ['List'], [[64, { xmlFlattened: 1 }]]],
    'unit',
  ];
  assert.throws(() => compileOperation(withFlatList), /no codec for the shape/);
});

test('an operation may take no input', () => {
  assert.deepEqual(compileOperation([9, 'n', 'Op', 0, 'unit', 'unit']), {
    name: 'Op',
    input: { kind: 'structure', members: [] },
    output: undefined,
  });
});

test('sensitive values are found at every depth', () => {
  const input = { DBInstanceIdentifier: 'a', MasterUserPassword: 'C0nfidentiel', Tags: [{ Key: 'b' }] };
  assert.deepEqual(sensitiveValues(compileOperation(CreateDBInstance$).input, input), ['C0nfidentiel']);
  const options = { OptionsToInclude: [{ OptionName: 'a', OptionSettings: [{ Name: 'b', Value: 'c' }] }] };
  assert.deepEqual(sensitiveValues(compileOperation(ModifyOptionGroup$).input, options), ['c']);
});

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { operationTypeNames, rulesOf, typesWith } from '../../../src/model/operation/operation-types.ts';
import { resourceKinds } from '../../../src/model/resource.ts';

const SOURCES = new URL('../../../src/', import.meta.url);
const workflows = await readFile(new URL('workflows/index.ts', SOURCES), 'utf8');
/** Where the compiler is shown which input belongs to which type. */
const NARROWING = 'model/operation/input.ts';

for (const type of operationTypeNames) {
  test(`${type}: a workflow of this name, and a resource of a known kind`, () => {
    assert.match(workflows, new RegExp(`^export \\{[^}]*\\b${type}\\b`, 'm'));
    assert.ok(rulesOf(type).holds in resourceKinds);
  });
}

// Both make a resource by `create` of world.ts, which names no type.
const begun = typesWith(({ makes }) => makes !== true);
for (const file of ['workflows/faults.test.ts', 'histories/record.ts']) {
  test(`test/${file} runs an operation of every type`, async () => {
    const text = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
    assert.deepEqual(
      begun.filter((type) => !text.includes(`'${type}'`)),
      [],
    );
  });
}

test('what is particular to one type', () => {
  assert.deepEqual(
    typesWith(({ makes }) => makes === true),
    ['createDbInstance'],
  );
  assert.deepEqual(
    typesWith(({ overtakes }) => overtakes === true),
    ['deleteDbInstance'],
  );
  assert.deepEqual(
    typesWith(({ isOwn }) => isOwn === true),
    ['recoverDbInstance'],
  );
  assert.deepEqual(
    typesWith(({ leaves }) => leaves === 'stopped'),
    ['stopDbInstance'],
  );
});

test('no code compares the type of an operation with a name: the registry has the answer', async () => {
  const names = operationTypeNames.join('|');
  const comparison = new RegExp(`(?:[!=]==?\\s*|case\\s+)'(?:${names})'`);
  const files = await readdir(SOURCES, { recursive: true });
  const guilty: string[] = [];
  for (const file of files.filter((name) => name.endsWith('.ts') && name !== NARROWING)) {
    if (comparison.test(await readFile(new URL(file, SOURCES), 'utf8'))) guilty.push(file);
  }
  assert.deepEqual(guilty, []);
  assert.match("if (type === 'deleteDbInstance')", comparison, 'it would be found');
});

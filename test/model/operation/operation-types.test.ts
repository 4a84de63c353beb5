import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { operationTypeNames, rulesOf, typesWith } from '../../../src/model/operation/operation-types.ts';
import { resourceKinds } from '../../../src/model/resource.ts';

const SOURCES = new URL('../../../src/', import.meta.url);
const workflows = await readFile(new URL('workflows/index.ts', SOURCES), 'utf8');
/** The only file with such a comparison, because the compiler needs it to narrow the input's type. */
const NARROWING = 'model/operation/input.ts';

for (const type of operationTypeNames) {
  test(`${type}: a workflow has this name, and the kind of its resource is known`, () => {
    assert.match(workflows, new RegExp(`^export \\{[^}]*\\b${type}\\b`, 'm'));
    assert.ok(rulesOf(type).holds in resourceKinds);
  });
}

// These make a resource by `create` of world.ts, `beginRestore` or `beginReplica`, which name no type.
const begun = typesWith(({ makes }) => makes !== true);
const runners = [
  [
    'workflows/faults.test.ts',
    'workflows/snapshot-faults.test.ts',
    'workflows/replicas.ts',
    'support/world-operations.ts',
  ],
  ['histories/record.ts'],
];
for (const files of runners) {
  test(`test/${files[0]} runs an operation of every type`, async () => {
    const read = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
    const text = (await Promise.all(files.map(read))).join('\n');
    assert.deepEqual(
      begun.filter((type) => !text.includes(`'${type}'`)),
      [],
    );
  });
}

test('each special rule applies to these types alone', () => {
  assert.deepEqual(
    typesWith(({ makes }) => makes === true),
    ['createDbInstance', 'restoreDbInstance', 'createReadReplica'],
  );
  assert.deepEqual(
    typesWith(({ overtakes }) => overtakes === true),
    ['deleteDbInstance'],
  );
  assert.deepEqual(
    typesWith(({ isOwn }) => isOwn === true),
    ['recoverDbInstance', 'applyDbParameters'],
  );
  assert.deepEqual(
    typesWith(({ yields }) => yields === true),
    ['applyDbParameters'],
  );
  assert.deepEqual(
    typesWith(({ leaves }) => leaves === 'stopped'),
    ['stopDbInstance'],
  );
});

test("no code compares an operation's type with a name, because the registry has the rules", async () => {
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

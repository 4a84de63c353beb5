import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { absentReads } from '../../../src/api/rds/absent/reads.ts';
import { actions } from '../../../src/api/rds/index.ts';

const all = actions.map(({ name }) => name);
const absent = new Set(absentReads.map(({ name }) => name));
const names = all.filter((name) => !absent.has(name));

test('each action is in the list once', () => {
  assert.deepEqual([...all].sort(), [...new Set(all)].sort());
});

test('the actions with a file of their own are sorted by name', () => {
  assert.deepEqual(names, [...names].sort());
});

test('the README names every action with a file of its own and no other', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, section = ''] = /^## Actions\n(.*?)^## /ms.exec(readme) ?? [];
  const told = [...section.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name);
  assert.deepEqual(told.filter((name) => name !== 'InvalidAction').sort(), names);
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { actions } from '../../../src/api/rds/index.ts';

const names = actions.map(({ name }) => name);

test('each action is in the list once, and the list is sorted by name', () => {
  assert.deepEqual(names, [...new Set(names)].sort());
});

test('the README names every offered action and no other', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, section = ''] = /^## Actions\n(.*?)^## /ms.exec(readme) ?? [];
  const told = [...section.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name);
  assert.deepEqual(told.filter((name) => name !== 'InvalidAction').sort(), names);
});

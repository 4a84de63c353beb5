import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  findInstanceClass,
  instanceClasses,
  postgresSettings,
} from '../../../src/model/db-instance/instance-class.ts';

test('the class of the walk-through is on offer', () => {
  assert.deepEqual(findInstanceClass('db.t2.micro'), { name: 'db.t2.micro', vcpus: 1, memoryMiB: 1024 });
  assert.equal(findInstanceClass('db.t2.nano'), undefined);
});

test('every class has a unique name', () => {
  assert.equal(new Set(instanceClasses.map(({ name }) => name)).size, instanceClasses.length);
});

for (const [name, expected] of [
  ['db.t2.micro', ['256MB', '512MB', '112', '65536kB']],
  ['db.m5.large', ['2048MB', '4096MB', '901', '137518kB']],
  ['db.r5.16xlarge', ['131072MB', '262144MB', '5000', '8801162kB']],
] as const) {
  test(`${name} becomes PostgreSQL settings by the formulas of RDS`, () => {
    const found = findInstanceClass(name);
    assert.ok(found);
    const { shared_buffers, effective_cache_size, max_connections, maintenance_work_mem } =
      postgresSettings(found);
    assert.deepEqual([shared_buffers, effective_cache_size, max_connections, maintenance_work_mem], expected);
  });
}

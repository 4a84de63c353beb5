import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findInstanceClass } from '../../../src/model/db-instance/instance-class.ts';
import { instanceClasses, isClassOfOtherEngine } from '../../../src/model/db-instance/instance-classes.ts';

test('the class of the walk-through is on offer', () => {
  assert.deepEqual(findInstanceClass('db.t2.micro'), { name: 'db.t2.micro', vcpus: 1, memoryMiB: 1024 });
  assert.equal(findInstanceClass('db.t2.nano'), undefined);
});

test('every class has a unique name', () => {
  assert.equal(new Set(instanceClasses.map(({ name }) => name)).size, instanceClasses.length);
});

test('the classes are those of the price list of RDS for PostgreSQL', () => {
  assert.equal(instanceClasses.length, 281);
});

for (const [name, vcpus, gib] of [
  ['db.m7i.large', 2, 8],
  ['db.m8g.48xlarge', 192, 768],
  ['db.r8g.xlarge', 4, 32],
  ['db.m6gd.16xlarge', 64, 256],
  ['db.x2g.2xlarge', 8, 128],
  ['db.x2iedn.32xlarge', 128, 4096],
  ['db.x2idn.16xlarge', 64, 1024],
  ['db.m5.24xlarge', 96, 384],
  ['db.m4.10xlarge', 40, 160],
  ['db.r4.16xlarge', 64, 488],
  ['db.r3.large', 2, 15.25],
  ['db.t4g.2xlarge', 8, 32],
  ['db.t2.medium', 2, 4],
] as const) {
  test(`${name} has ${vcpus} CPUs and ${gib} GiB`, () => {
    assert.deepEqual(findInstanceClass(name), { name, vcpus, memoryMiB: gib * 1024 });
  });
}

test('every class has CPUs, and memory in steps of 4 MiB', () => {
  for (const { name, vcpus, memoryMiB } of instanceClasses) {
    assert.ok(vcpus > 0 && memoryMiB >= 600 && memoryMiB % 4 === 0, name);
  }
});

test('classes of other engines are told from names that RDS does not have', () => {
  for (const name of ['db.x1e.32xlarge', 'db.serverless', 'db.r5.large.tpc1.mem2x', 'db.m7i.metal-24xl']) {
    assert.equal(findInstanceClass(name), undefined);
    assert.equal(isClassOfOtherEngine(name), true, name);
  }
  for (const name of ['db.t2.nano', 'db.m5.7xlarge', 'x1e.32xlarge', 'db.serverless.large', 'db.x1e.', '']) {
    assert.equal(isClassOfOtherEngine(name), false, name);
  }
});

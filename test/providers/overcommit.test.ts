import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOvercommit } from '../../src/providers/overcommit.ts';

test('without the option both factors are 1', () => {
  assert.deepEqual(parseOvercommit(undefined), { memory: 1, disk: 1 });
});

test('memory and disk have their own factors, in any order', () => {
  assert.deepEqual(parseOvercommit('memory:1.5,disk:3'), { memory: 1.5, disk: 3 });
  assert.deepEqual(parseOvercommit('disk:10'), { memory: 1, disk: 10 });
  assert.deepEqual(parseOvercommit('memory:0.5'), { memory: 0.5, disk: 1 });
});

test('any other text is refused with an example', () => {
  for (const wrong of [
    '',
    '2',
    'memory',
    'memory:',
    'memory:0',
    'memory:0.05',
    'memory:101',
    'memory:-1',
    'memory:1e2',
    'memory:NaN',
    'cpu:2',
    'memory:2,',
    'memory:2,memory:3',
    'memory:2;disk:3',
  ]) {
    assert.throws(
      () => parseOvercommit(wrong),
      {
        code: 'Configuration',
        message: /overcommit=.*; expected for instance memory:1\.5,disk:3, .* 0\.1 to 100/,
      },
      wrong,
    );
  }
});

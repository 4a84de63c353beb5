import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseResult } from '../../../../src/providers/vsphere/vim/results.ts';

test('a method that begins a task returns a reference', () => {
  const task = { type: 'Task', value: 'task-7' };
  assert.deepEqual(parseResult('CloneVM_Task', task), task);
  assert.deepEqual(parseResult('FindChild', undefined), undefined);
});

test('an answer with another form is an error that names the method', () => {
  for (const answer of [undefined, '', 'task-7', { value: 'task-7' }]) {
    assert.throws(
      () => parseResult('CloneVM_Task', answer),
      /vCenter's answer to CloneVM_Task is not as expected/,
    );
  }
  assert.throws(() => parseResult('WaitForUpdatesEx', {}), /WaitForUpdatesEx/);
});

test('results of reads are returned unchecked, and the caller parses them', () => {
  assert.deepEqual(parseResult('QueryEvents', [{ key: '1' }]), [{ key: '1' }]);
});

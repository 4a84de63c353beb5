import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostTaskQueue } from '../../../src/model/server/host-task-queue.ts';

test('the queue of a host has the name of the queue and of the host', () => {
  assert.equal(hostTaskQueue('cornac', 'kvm1.example'), 'cornac-kvm1.example');
});

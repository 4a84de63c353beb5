import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostTaskQueue } from '../../../src/model/server/host-task-queue.ts';

test("a host's task queue is named after the task queue and the host", () => {
  assert.equal(hostTaskQueue('cornac', 'kvm1.example'), 'cornac-kvm1.example');
});

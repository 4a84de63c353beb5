import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDbiResourceId } from '../../src/inventory/new-id.ts';

test('each new DbiResourceId is unique and has the form that Terraform recognises', () => {
  const ids = new Set(Array.from({ length: 100 }, newDbiResourceId));
  assert.equal(ids.size, 100);
  for (const id of ids) {
    assert.match(id, /^db-[A-Z0-9]{26}$/);
    // Terraform distinguishes a DbiResourceId from an identifier by this.
    assert.match(id, /^db-[0-9A-Za-z]{2,255}$/);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { volumeXml } from '../../../src/providers/libvirt/volume-xml.ts';
import { machineOf, volumeNames } from '../../../src/providers/libvirt/volumes.ts';

test('machineOf returns the machine of each disk, with and without an owner, also of an older Cornac', () => {
  for (const owner of [{}, { owner: 'db-OWNER' }]) {
    const names = Object.values(volumeNames({ name: 'cornac-a', ...owner }, '0011aabb'));
    assert.deepEqual(
      names.map(machineOf),
      names.map(() => 'cornac-a'),
    );
  }
  for (const name of ['cornac-a.0011aabb.root', 'cornac-a.db-OWNER.0011aabb.pgdata']) {
    assert.equal(machineOf(name), 'cornac-a');
  }
  for (const name of ['origin.qcow2', 'cornac-a.0011aabb-root.backup', 'cornac-a-root.qcow2', 'root']) {
    assert.equal(machineOf(name), undefined, name);
  }
});

// libvirt replaces a disk's ending by the name of a snapshot, and refuses two disks with one file.
test('disks of a machine differ before the ending of their names', () => {
  const { root, data } = volumeNames({ name: 'cornac-a', owner: 'db-OWNER' }, '0011aabb');
  const [first, second] = [root, data].map((name) => name.replace(/\.[^.]*$/, ''));
  assert.notEqual(first, second);
});

test('a qcow2 volume has compat 1.1, which supports incremental backups; a raw volume has none', () => {
  const volume = { name: 'v', capacity: 1 };
  assert.match(volumeXml({ ...volume, format: 'qcow2' }), /<format type="qcow2"\/><compat>1\.1<\/compat>/);
  assert.doesNotMatch(volumeXml({ ...volume, format: 'raw' }), /compat/);
});

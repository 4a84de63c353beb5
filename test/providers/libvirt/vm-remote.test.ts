import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startVmCornac } from '../../support/libvirt/cornac.ts';
import { defineOwnOrigin, originBySsh } from '../../support/libvirt/own-origin.ts';
import { needsMachines, virsh } from '../../support/libvirt/private.ts';
import { startSshd } from '../../support/libvirt/sshd.ts';

describe(
  'instances on a libvirt behind SSH, whose origin the playbook made of a plain Debian',
  needsMachines,
  () => {
    test('are created by the aws CLI, used by psql and deleted', async (t) => {
      await defineOwnOrigin('plain', await originBySsh());
      const { iaas } = await startSshd(t);
      const cornac = await startVmCornac({ CORNAC_IAAS: iaas, CORNAC_MACHINE_ORIGIN: 'plain' });
      try {
        await cornac.create('far');
        await cornac.waitFor('far', 'available');
        assert.match(await cornac.psql('far', 'SELECT version()'), /^PostgreSQL 1\d/);
        assert.equal(await virsh('domstate', 'cornac-far'), 'running');
        await cornac.call('delete-db-instance', 'far', '--skip-final-snapshot');
        await cornac.waitFor('far', 'gone');
        assert.deepEqual(await cornac.volumesOf('far'), []);
      } finally {
        // Before the end of sshd.
        await cornac.remove();
      }
    });
  },
);

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { ensureKeyFile } from '../../../src/machines/ssh-key.ts';
import { cornac } from '../../support/cli/cornac.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';

suite('the mistakes of a new administrator', { skip: skipWithoutGo }, () => {
  const vcenter = useSimulator();
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'cornac-check-'));
    await ensureKeyFile(join(root, 'key'));
    await writeFile(join(root, 'secret.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
  });
  after(async () => {
    await rm(root, { recursive: true, force: true });
  });

  const run = (settings: NodeJS.ProcessEnv = {}) =>
    cornac(['check'], {
      cwd: root,
      env: {
        CORNAC_STATE_DIR: join(root, 'state'),
        CORNAC_IAAS: vcenter.simulator.iaas(),
        CORNAC_MACHINE_ORIGIN: 'datacenter1/vm/templates/cornac--origin',
        CORNAC_STORAGE_POOL: 'datacenter1/datastore/datastore1',
        CORNAC_NETWORK: 'datacenter1/network/VM Network',
        CORNAC_VCENTER_RESOURCE_POOL: 'datacenter1/host/cluster1/Resources',
        CORNAC_SSH_KEY_FILE: join(root, 'key'),
        CORNAC_SECRET_KEY_FILE: join(root, 'secret.key'),
        CORNAC_DATABASE_URL: 'postgresql://cornac:password@cornac-cornac.invalid/cornac',
        CORNAC_TEMPORAL_ADDRESS: '127.0.0.1:1',
        ...settings,
      },
    });

  test('a setup without mistakes: no problem is reported', async () => {
    const { status, stdout, stderr } = await run();
    assert.equal(status, 0, stdout + stderr);
    assert.doesNotMatch(stdout, /✗/);
    assert.match(stderr, /^\d+ right, 0 wrong, \d+ unknown\.$/m);
  });

  test('all mistakes are reported in one run, each with a remedy', async () => {
    await vcenter.simulator.change('first-origin', { power: 'poweredOn' });
    await vcenter.simulator.setDatastore({ freeGiB: 4, hosts: ['DC0_C0_H0'] });
    await vcenter.simulator.takeRights('templates', 'VirtualMachine.Config.AddNewDisk');
    await vcenter.simulator.takeRights('Datacenters', 'System.Read');

    const { status, stdout, stderr } = await run({
      CORNAC_MACHINE_ORIGIN: 'datacenter1/vm/templates/first-origin',
      CORNAC_NETWORK: 'datacenter1/network/VM-Network',
    });
    assert.equal(status, 1, stderr);
    const told = stdout.split(/\n {2}(?=\S)/).filter((line) => line.startsWith('✗'));
    const mistakes: readonly [string, RegExp][] = [
      ['the origin runs', /^✗ origin +is not off.*\n.*shut it down/],
      [
        'the snapshot was created while the origin ran',
        /^✗ snapshot +MACHINE_ORIGIN: its snapshot "ready" was created while the origin ran.*create a snapshot while it is off/,
      ],
      [
        'the origin was never booted with VMware Tools',
        /^✗ VMware Tools .*\n.*boot the origin on vSphere once/,
      ],
      [
        'vCenter customizes no machine without VMware Tools',
        /^✗ customization .*Tools is not installed in the GuestOS/,
      ],
      [
        'the hosts do not know the guest id of the origin',
        /^✗ guest id +.* do not know debian99_64Guest\n.*debian\d\d_64Guest/,
      ],
      [
        'a disk is at the place of the data disk',
        /^✗ data disk +MACHINE_ORIGIN: .* at SCSI\(0:1\).*: remove it/,
      ],
      [
        'the origin names no versions of PostgreSQL',
        /^✗ PostgreSQL .*write "cornac\.engine_versions = .*\/etc\/cornac\/versions/,
      ],
      ['the network has another name', /^✗ NETWORK +datacenter1\/network\/VM-Network is not in vCenter/],
      ['a host does not see the datastore', /^✗ hosts +DC0_C0_H1 does not see STORAGE_POOL\n.*mount it/],
      ['the role lacks a privilege', /^✗ privileges +on the folder .*Config\.AddNewDisk\n.*role/],
      ['the datastore is full', /^✗ room +datastore datastore1 has \d GiB left .*\n.*free space/],
    ];
    for (const [mistake, expected] of mistakes) {
      assert.equal(told.filter((line) => expected.test(line)).length, 1, `${mistake}:\n${stdout}`);
    }
    assert.equal(told.length, mistakes.length, stdout);
    // Without this privilege lists are read in one page, and no create fails.
    assert.match(
      stdout,
      /^ {2}\? privileges +on the root .*System\.Read.*\n +give .* ReadOnly there, not propagated$/m,
    );
    assert.match(stderr, /11 problems would make a create fail/);
  });

  test('invalid settings end the check with status 2', async () => {
    const { status, stderr } = await run({ CORNAC_IAAS: vcenter.simulator.iaas('clone=perhaps') });
    assert.deepEqual([status, stderr.includes('clone is auto, linked or full')], [2, true], stderr);
  });
});

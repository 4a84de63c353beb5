import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { ensureKeyFile } from '../../../src/machines/ssh-key.ts';
import type { CheckResult } from '../../../src/providers/provider.ts';
import { createVsphereChecker } from '../../../src/providers/vsphere/checks/checker.ts';
import { checkAuthority } from '../../../src/providers/vsphere/checks/connection.ts';
import { adviseGuestId } from '../../../src/providers/vsphere/checks/guest-id.ts';
import type { VsphereOptions } from '../../../src/providers/vsphere/vsphere.ts';
import { resultsOf, wrongOf } from '../../support/check-results.ts';
import { cornac } from '../../support/cli/cornac.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';
import { simulatorOptions } from '../../support/vsphere/world.ts';

function path(name: string) {
  return { machineOrigin: `datacenter1/vm/templates/${name}` };
}

suite('the check of a vCenter before the first clone', { skip: skipWithoutGo }, () => {
  const vcenter = useSimulator();

  const look = (changes: Partial<VsphereOptions> = {}): Promise<CheckResult[]> =>
    resultsOf(createVsphereChecker({ ...simulatorOptions(vcenter.simulator), ...changes }));
  const find = (results: readonly CheckResult[], what: string) => results.find((each) => each.what === what);
  const withOptions = (options: string) => ({
    iaas: vcenter.simulator.iaas(`ca=${vcenter.simulator.caFile}&${options}`),
  });

  test('good settings: no problem, and what the check cannot know is "unknown"', async () => {
    const results = await look();
    assert.deepEqual(wrongOf(results), []);
    const states = new Map(results.map(({ what, state }) => [what, state]));
    const expected = [
      ...['certificate', 'vCenter', 'MACHINE_ORIGIN', 'origin', 'VMware Tools', 'customization', 'guest id'],
      ...['data disk', 'PostgreSQL', 'folder', 'VCENTER_RESOURCE_POOL', 'STORAGE_POOL', 'NETWORK', 'DRS'],
      ...['hosts', 'privileges', 'room'],
    ];
    for (const what of expected) assert.equal(states.get(what), 'right', what);
    assert.equal(states.get('first start'), 'unknown');
    // vCenter shows "off" for every snapshot without memory.
    assert.equal(states.get('snapshot'), 'unknown');
    assert.match(String(find(results, 'snapshot')?.found), /^ready: whether the origin was off/);
  });

  test('the check changes nothing', async () => {
    const before = await vcenter.simulator.state();
    await look();
    const { machines, calls, violations } = await vcenter.simulator.state();
    assert.deepEqual(machines, before.machines);
    assert.equal(violations, null);
    for (const method of Object.keys(calls)) {
      assert.match(method, /^(Retrieve|Find|Query|HasPrivilege|CheckCustomizationSpec|Log|Continue)/, method);
    }
  });

  test('an unusable vCenter ends the check with the reason', async () => {
    const wrongs: readonly [iaas: string, found: RegExp, next: RegExp][] = [
      [
        vcenter.simulator.iaas().replace(/:[^:@]*@/, ':C0nf-canary@'),
        /^vCenter: InvalidLogin.*user and password of IAAS/,
        /user@vsphere\.local.*percent-encode.*five wrong attempts lock the account/,
      ],
      [vcenter.simulator.iaas(''), /^vCenter: IAAS: .* is not trusted: .*ca=FILE/, /^$/],
      ['vcenter+https://u:p@127.0.0.1:1/', /^vCenter: 127\.0\.0\.1:1 is unreachable/, /port .*firewalls/],
      ['vcenter+https://u:p@vcenter.invalid/', /^vCenter: .* is unreachable: /, /the name in IAAS/],
    ];
    for (const [iaas, expected, next] of wrongs) {
      const results = await look({ iaas });
      const told = wrongOf(results);
      assert.match(results.find(({ state }) => state !== 'right')?.next ?? '', next);
      assert.equal(told.length, 1);
      assert.match(String(told[0]), expected);
      assert.doesNotMatch(String(told[0]), /canary/);
    }
  });

  test('thumbprint= of another certificate: only the mistake is reported, and that the value is to be compared', async () => {
    const other = await look({ iaas: vcenter.simulator.iaas(`thumbprint=${'00'.repeat(32)}`) });
    assert.deepEqual(
      other.map(({ state, what }) => `${state} ${what}`),
      ['wrong vCenter'],
    );
    assert.match(
      String(other[0]?.found),
      /thumbprint is [0-9a-f]{64}; thumbprint= names another certificate\. Compare this value .* before you copy/,
    );
    const own = await look({ iaas: vcenter.simulator.iaas(`thumbprint=${vcenter.simulator.thumbprint}`) });
    assert.deepEqual(find(own, 'certificate')?.state, 'right');
  });

  test('a file of ca= with many authorities: one result', async () => {
    const ca = rootCertificates.join('\n');
    const results = checkAuthority({ ca });
    assert.deepEqual(
      results.map(({ what, state }) => `${state} ${what}`),
      ['right certificate'],
    );
    assert.match(
      String(results[0]?.found),
      /^must be signed by one of the \d+ authorities in the file of ca=$/,
    );
  });

  test('a damaged file of ca= is reported before the first call', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'cornac-check-'));
    const file = join(dir, 'ca.pem');
    await writeFile(file, 'not a certificate');
    const results = await look({ iaas: vcenter.simulator.iaas(`ca=${file}`) });
    assert.deepEqual(wrongOf(results).slice(0, 1), [
      'certificate: IAAS: the file of ca= holds no certificate',
    ]);
    await rm(dir, { recursive: true });
  });

  test('an origin that vCenter cannot customize is reported', async () => {
    const results = await look(path('origin-of-any-system'));
    assert.deepEqual(wrongOf(results), [
      "customization: vCenter: UncustomizableGuest: Customization of the guest operating system 'otherLinux64Guest' is not supported in this configuration.",
    ]);
    const guestId = find(results, 'guest id');
    assert.equal(guestId?.state, 'unknown');
    assert.match(String(guestId?.next), /debian\d\d_64Guest or rhel\d_64Guest with vCenter \d/);
  });

  test('the advised guest id is the newest that this vCenter and its hosts know', () => {
    assert.match(adviseGuestId('6.5'), /debian10_64Guest or rhel7_64Guest with vCenter 6\.5/);
    assert.match(adviseGuestId('7.0.3.0'), /debian11_64Guest or rhel8_64Guest/);
    assert.match(adviseGuestId('8.0.2.0'), /debian12_64Guest or rhel9_64Guest/);
    assert.match(adviseGuestId('9.0.0.0'), /debian13_64Guest or rhel9_64Guest/);
    assert.match(adviseGuestId('8.0.2.0', ['debian11_64Guest', 'rhel8_64Guest']), /debian11_64.* or rhel8_/);
  });

  test('every setting that names a missing object is reported', async () => {
    const results = await look({
      storagePool: 'none',
      network: 'none',
      inventoryNetwork: 'nor this',
      resourcePool: 'datacenter1/host/none',
      ...path('none'),
      ...withOptions('folder=datacenter1/vm/none'),
    });
    const settings = [
      'MACHINE_ORIGIN',
      'folder',
      'VCENTER_RESOURCE_POOL',
      'STORAGE_POOL',
      'NETWORK',
      'INVENTORY_NETWORK',
    ];
    assert.deepEqual(
      results.filter(({ state }) => state === 'wrong').map(({ what }) => what),
      settings,
    );
  });

  test('the host and the snapshot of IAAS are used', async () => {
    const named = await look(withOptions('snapshot=ready&host=datacenter1/host/cluster1/DC0_C0_H0'));
    assert.deepEqual(wrongOf(named), []);
    assert.match(String(find(named, 'hosts')?.found), /^1 of 1 can take machines/);
    assert.equal(find(named, 'DRS'), undefined, 'it chooses nothing');
    const none = wrongOf(await look(withOptions('snapshot=none&host=datacenter1/host/none')));
    await vcenter.simulator.setHost('DC0_C0_H0', { maintenance: true });
    const resting = wrongOf(await look(withOptions('host=datacenter1/host/cluster1/DC0_C0_H0')));
    await vcenter.simulator.setHost('DC0_C0_H0');
    assert.match(String(resting[0]), /^hosts: DC0_C0_H0, named by host=, is not connected or in maint/);
    assert.match(String(none[0]), /^snapshot: IAAS: snapshot=none: the origin has no such snapshot/);
    assert.match(String(none[1]), /^host: IAAS: host: datacenter1\/host\/none is not in vCenter/);
    assert.equal(none.length, 2);
  });

  test('a missing privilege on the datacenter is unknown: DRS needs it to start machines', async () => {
    await vcenter.simulator.takeRights('datacenter1', 'VirtualMachine.Interact.PowerOn');
    const results = await look();
    assert.deepEqual(wrongOf(results), []);
    assert.ok(
      results.some(
        ({ what, state, found }) => what === 'privileges' && state === 'unknown' && /DRS/.test(found),
      ),
    );
  });

  test('DRS that is off or manual is reported', async () => {
    await vcenter.simulator.setDrs(true, 'manual');
    assert.match(String(find(await look(), 'DRS')?.found), /^is manual in cluster1/);
    await vcenter.simulator.setDrs(false);
    const off = find(await look(), 'DRS');
    assert.match(String(off?.found), /^is off in cluster1/);
    assert.match(String(off?.next), /host=PATH/);
    await vcenter.simulator.setDrs(true, 'fullyAutomated');
  });

  test('an expired session is not reported as missing privileges', async () => {
    await vcenter.simulator.expireSessions();
    assert.deepEqual(wrongOf(await look()), []);
  });

  test('the datacenter is found below a folder of datacenters', async () => {
    await vcenter.simulator.moveDatacenter('europe');
    const settings = simulatorOptions(vcenter.simulator);
    const results = await look({
      machineOrigin: `europe/${settings.machineOrigin}`,
      storagePool: `europe/${settings.storagePool}`,
      network: `europe/${settings.network}`,
      resourcePool: `europe/${settings.resourcePool}`,
    });
    assert.deepEqual(wrongOf(results), []);
    // The test above has taken this privilege away.
    assert.ok(results.some(({ what, found }) => what === 'privileges' && /DRS/.test(found)));
  });
});

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

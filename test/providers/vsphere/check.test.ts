import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { rootCertificates } from 'node:tls';
import type { CheckResult } from '../../../src/providers/provider.ts';
import { createVsphereChecker } from '../../../src/providers/vsphere/checks/checker.ts';
import { checkAuthority } from '../../../src/providers/vsphere/checks/connection.ts';
import { adviseGuestId } from '../../../src/providers/vsphere/checks/guest-id.ts';
import type { VsphereOptions } from '../../../src/providers/vsphere/vsphere.ts';
import { resultsOf, wrongOf } from '../../support/check-results.ts';
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

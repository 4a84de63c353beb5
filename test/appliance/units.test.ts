import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { loadUnits } from './units.ts';

/** What orders matter of, by distribution: as their packages of cloud-init, OpenSSH and open-vm-tools have it. */
const systems = {
  'EL 9 with cloud-init 23': {
    'vmtoolsd.service': 'DefaultDependencies=no\nBefore=cloud-init-local.service',
    'cloud-init-local.service': 'DefaultDependencies=no\nBefore=network-pre.target',
    'cloud-init.service':
      'After=cloud-init-local.service\nBefore=network-online.target sshd-keygen.service sshd.service\nBefore=systemd-user-sessions.service',
    'cloud-final.service': 'After=multi-user.target',
    'cloud-init.target': 'After=multi-user.target\nWants=cornac-cloud-init.service',
    'sshd-keygen@ed25519.service': '',
    'sshd-keygen.target': 'Wants=sshd-keygen@ed25519.service',
    'sshd.service': 'After=network.target sshd-keygen.target\nWants=sshd-keygen.target',
  },
  'EL 9 with cloud-init 24': {
    'vmtoolsd.service': 'DefaultDependencies=no\nBefore=cloud-init-local.service',
    'cloud-init-main.service': 'DefaultDependencies=no\nBefore=cloud-init-local.service',
    'cloud-init-local.service': 'DefaultDependencies=no\nBefore=network-pre.target',
    'cloud-init-network.service':
      'After=cloud-init-local.service\nBefore=network-online.target sshd-keygen.service sshd.service',
    'cloud-final.service': 'After=multi-user.target',
    'cloud-init.target': 'After=multi-user.target\nWants=cornac-cloud-init.service',
    'sshd-keygen@ed25519.service': '',
    'sshd-keygen.target': 'Wants=sshd-keygen@ed25519.service',
    'sshd.service': 'After=network.target sshd-keygen.target\nWants=sshd-keygen.target',
  },
  'Debian 12': {
    'open-vm-tools.service': 'DefaultDependencies=no\nBefore=cloud-init-local.service',
    'cloud-init-local.service': 'DefaultDependencies=no\nBefore=network-pre.target sysinit.target',
    'cloud-init.service':
      'DefaultDependencies=no\nAfter=cloud-init-local.service\nBefore=sshd-keygen.service sshd.service sysinit.target',
    'cloud-final.service': 'After=multi-user.target',
    'cloud-init.target': 'After=multi-user.target\nWants=cornac-cloud-init.service',
    'ssh.service': 'After=network.target',
  },
} satisfies Record<string, Record<string, string>>;

for (const [system, others] of Object.entries(systems)) {
  suite(`the order of an origin's units on ${system}`, () => {
    const has = (unit: string) => Object.hasOwn(others, unit);

    test('has no cycle', async (t) => {
      const units = await loadUnits(others);
      t.after(units.remove);
      const ours = ['cornac-identity', 'cornac-vmware', 'cornac-seal', 'cornac-cloud-init'];
      const all = [...Object.keys(others), ...ours.map((name) => `${name}.service`), 'multi-user.target'];
      assert.doesNotMatch(units.verify(all), /cycle|cornac.*(Unknown|Failed)/);
    });

    test('tells vCenter a host key that nothing replaces after that', async (t) => {
      const units = await loadUnits(others);
      t.after(units.remove);
      const told = 'cornac-vmware.service';
      const makers = ['cornac-identity.service', 'cloud-init.service', 'cloud-init-network.service'];
      const tools = ['open-vm-tools.service', 'vmtoolsd.service'];
      for (const before of [...makers, ...tools]) {
        if (has(before) || before.startsWith('cornac')) assert.ok(await units.isBefore(before, told), before);
      }
      for (const after of ['sshd-keygen@ed25519.service', 'ssh.service', 'sshd.service']) {
        if (has(after)) assert.ok(await units.isBefore(told, after), after);
      }
    });

    test('ends the work of cloud-init when all of it is done', async (t) => {
      const units = await loadUnits(others);
      t.after(units.remove);
      for (const before of ['cloud-final.service', 'cornac-vmware.service']) {
        assert.ok(await units.isBefore(before, 'cornac-cloud-init.service'), before);
      }
    });
  });
}

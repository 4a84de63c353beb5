import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Context } from '../../../src/providers/vsphere/context.ts';
import { keys } from '../../../src/providers/vsphere/extra-config.ts';
import { lookAt } from '../../../src/providers/vsphere/start.ts';
import type { VirtualMachine } from '../../../src/providers/vsphere/virtual-machine.ts';

const HOST_KEY = `ssh-ed25519 ${'A'.repeat(68)}`;

/** VMware Tools report 10.0.0.3. */
function reach(notes: Record<string, string>, dnsDomain?: string) {
  const context = { settings: { sshPort: 22 }, dnsDomain } as Context;
  const extraConfig = new Map([[keys.hostKey, HOST_KEY], ...Object.entries(notes)]);
  const machine = { name: 'cornac-a', isOn: true, extraConfig, addresses: ['10.0.0.3'] };
  return lookAt(context, machine as unknown as VirtualMachine).reach;
}

test('an address counts as given if Cornac or DNS gave it, but not if only the guest reports it', () => {
  const said = reach({});
  assert.deepEqual([said?.address, said?.hasGivenAddress], ['10.0.0.3', false]);
  const asked = reach({ [keys.address]: '10.0.0.3' });
  assert.deepEqual([asked?.address, asked?.hasGivenAddress], ['10.0.0.3', true]);
  const named = reach({}, 'virt');
  assert.deepEqual([named?.address, named?.hasGivenAddress], ['cornac-a.virt', true]);
});

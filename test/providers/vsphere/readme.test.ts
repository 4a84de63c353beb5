import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import { parse } from 'smol-toml';
import { parseIaas } from '../../../src/providers/vsphere/iaas-url.ts';
import { createVsphereProvider } from '../../../src/providers/vsphere/vsphere.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { type Simulator, startSimulator } from '../../support/vsphere/simulator.ts';

// The simulator's inventory is the one of the README.
suite('the settings of the README', { skip: skipWithoutGo }, () => {
  let simulator: Simulator;
  let settings: Record<string, string>;

  before(async () => {
    simulator = await startSimulator();
    const section = /^## VMware vSphere$(.*?)^## /ms.exec(await readFile('README.md', 'utf8'))?.[1] ?? '';
    const block = /``` ?toml\n(.*?)```/s.exec(section)?.[1] ?? '';
    settings = parse(block.replace(/^ +/gm, '')) as Record<string, string>;
  });
  after(() => simulator?.stop());

  test('the IAAS of the README is parsed', () => {
    const { user, password, trust } = parseIaas(String(settings.IAAS));
    assert.deepEqual([user, password, trust.noVerify], ['user@sso.local', 'password', true]);
  });

  test("every object of the README's settings is found", async () => {
    const provider = createVsphereProvider({
      iaas: simulator.iaas('no_verify=1'),
      machinePrefix: 'cornac-',
      machineOrigin: String(settings.MACHINE_ORIGIN),
      storagePool: String(settings.STORAGE_POOL),
      network: String(settings.NETWORK),
      resourcePool: settings.VCENTER_RESOURCE_POOL,
      dnsDomain: settings.DNS_DOMAIN,
    });
    await provider.check();
    await provider.close();
  });
});

import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';
import { type MachineSpec, noProgress, type ProviderError } from '../../../src/providers/provider.ts';
import { createVsphereChecker } from '../../../src/providers/vsphere/checks/checker.ts';
import type { VsphereOptions } from '../../../src/providers/vsphere/vsphere.ts';
import { resultsOf } from '../../support/check-results.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';
import { simulatorOptions } from '../../support/vsphere/world.ts';

const [FIRST, SECOND] = ['DC0_C0_H0', 'DC0_C0_H1'] as const;
const LAN = 'lan 10.0.0.0/24';
const LAN_PATH = 'datacenter1/network/lan 10.0.0.0%2f24';
const spec: MachineSpec = { name: 'cornac-a', cpus: 1, memoryMiB: 512, diskGiB: 1 };

suite('`cornac check` and the provider judge hosts alike', { skip: skipWithoutGo }, () => {
  const vcenter = useSimulator();
  afterEach(async () => {
    const { simulator } = vcenter;
    for (const host of [FIRST, SECOND]) await simulator.setHost(host);
    for (const name of ['datastore1', 'shelf 2/b']) await simulator.setDatastore({ name, freeGiB: 1024 });
    for (const network of ['VM Network', LAN]) await simulator.setNetwork(network, []);
  });

  /** The check's results about hosts. */
  const found = async (changes: Partial<VsphereOptions> = {}) => {
    const results = await resultsOf(
      createVsphereChecker({ ...simulatorOptions(vcenter.simulator), ...changes }),
    );
    return results.filter(({ what }) => what === 'hosts').map((result) => `${result.state}: ${result.found}`);
  };
  /** The provider's error for a new machine. It names hosts and settings. */
  const refusal = (changes: Partial<VsphereOptions> = {}, machine = spec): Promise<ProviderError> =>
    vcenter
      .open(changes)
      .ensureMachine(machine, noProgress())
      .then(
        () => assert.fail('the machine was made'),
        (error) => error,
      );

  test('one host does not see the datastore: both name the host', async () => {
    await vcenter.simulator.setDatastore({ freeGiB: 1024, hosts: [FIRST] });
    assert.deepEqual(await found(), [`wrong: ${SECOND} does not see STORAGE_POOL`]);
    const host = { iaas: `${vcenter.simulator.iaas()}&host=datacenter1/host/cluster1/${SECOND}` };
    assert.deepEqual(await found(host), [`wrong: ${SECOND} does not see STORAGE_POOL`]);
    assert.match((await refusal(host)).message, new RegExp(`: ${SECOND} does not see STORAGE_POOL;`));
  });

  test('no ready host sees the network: both name NETWORK or INVENTORY_NETWORK', async () => {
    await vcenter.simulator.setNetwork(LAN, [SECOND]);
    await vcenter.simulator.setDatastore({ freeGiB: 1024, hosts: [FIRST] });
    const split = (network: string) => [
      `wrong: ${FIRST} does not see ${network}`,
      `wrong: ${SECOND} does not see STORAGE_POOL`,
    ];
    const message = (network: string) =>
      new RegExp(
        `^no host can take a new machine: ${FIRST} does not see ${network}, ${SECOND} does not see STORAGE_POOL;`,
      );
    const [own, inventory] = [{ network: LAN_PATH }, { inventoryNetwork: LAN_PATH }];

    assert.deepEqual(await found(own), split('NETWORK'));
    assert.match((await refusal(own)).message, message('NETWORK'));
    assert.deepEqual(await found(inventory), split('INVENTORY_NETWORK'));
    const error = await refusal(inventory, { ...spec, network: LAN_PATH });
    assert.match(error.message, message('INVENTORY_NETWORK'));
    assert.equal(error.code, 'Configuration');
    await assert.rejects(vcenter.open(inventory).check(), { message: message('INVENTORY_NETWORK') });
  });

  test('the only fitting host is in maintenance or disconnected: a new machine is Unavailable', async () => {
    const { simulator } = vcenter;
    await simulator.setDatastore({ freeGiB: 1024, hosts: [FIRST] });
    for (const state of [{ maintenance: true }, { connection: 'disconnected' }] as const) {
      await simulator.setHost(FIRST, state);
      assert.deepEqual(await found(), [`wrong: ${SECOND} does not see STORAGE_POOL`]);
      const error = await refusal();
      assert.equal(error.code, 'Unavailable');
      assert.equal(
        error.message,
        `no host can take a new machine now: not connected, or in maintenance: ${FIRST}; ${SECOND} does not see STORAGE_POOL`,
      );
    }
    await simulator.setHost(SECOND, { maintenance: true });
    assert.deepEqual(await found(), ['wrong: none of the 2 of cluster1 is connected and not in maintenance']);
  });

  test('a host in maintenance that does not see the datastore causes no warning', async () => {
    await vcenter.simulator.setDatastore({ freeGiB: 1024, hosts: [FIRST] });
    await vcenter.simulator.setHost(SECOND, { maintenance: true });
    const warnings: string[] = [];
    await vcenter.open({ warn: (message) => warnings.push(message) }).check();
    assert.deepEqual(warnings, []);
    assert.deepEqual(await found(), ['right: 1 of 2 can take machines, and see datastores and networks']);
  });

  test("the origin's datastore matters for linked clones, not for full copies", async () => {
    const { simulator } = vcenter;
    await simulator.setDatastore({ freeGiB: 1024, hosts: [FIRST] });
    const shelf = { storagePool: 'shelf 2%2fb' };
    assert.deepEqual(await found(shelf), [
      `wrong: ${SECOND} does not see the datastore of the origin's disks`,
    ]);
    const full = { ...shelf, iaas: `${simulator.iaas()}&clone=full` };
    assert.deepEqual(await found(full), ['right: 2 of 2 can take machines, and see datastores and networks']);
  });

  test('a real vCenter would refuse none of the calls', async () => {
    assert.equal((await vcenter.simulator.state()).violations, null);
  });
});

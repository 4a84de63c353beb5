import { suite } from 'node:test';
import { skipWithoutRoot } from '../../support/vsphere/build.ts';
import { makeVsphereWorld } from '../../support/vsphere/world.ts';
import { providerContract } from '../contract.ts';

suite('on the simulator', { skip: skipWithoutRoot }, () => {
  providerContract('vsphere', async () => ({ ...(await makeVsphereWorld(1)), machinePrefix: 'cornac-' }));
});

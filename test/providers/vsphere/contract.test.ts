import { suite } from 'node:test';
import { providerContract } from '../contract.ts';
import { skipWithoutRoot } from './support/build.ts';
import { makeVsphereWorld } from './support/world.ts';

suite('on the simulator', { skip: skipWithoutRoot }, () => {
  providerContract('vsphere', async () => ({ ...(await makeVsphereWorld(1)), machinePrefix: 'cornac-' }));
});

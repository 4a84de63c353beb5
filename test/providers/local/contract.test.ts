import { makeLocalWorld } from '../../support/local/world.ts';
import { providerContract } from '../contract.ts';

providerContract('local', async () => ({
  ...(await makeLocalWorld()),
  machinePrefix: 'cornac-',
  writable: '/data',
}));

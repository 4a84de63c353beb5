import { providerContract } from '../contract.ts';
import { makeLocalWorld } from './support.ts';

providerContract('local', async () => ({
  ...(await makeLocalWorld()),
  machinePrefix: 'cornac-',
  writable: '/data',
}));

import { createLocalProvider } from '../../../src/providers/local/local.ts';
import { noProgress } from '../../../src/providers/provider.ts';
import { guestScriptsDir, spec } from './world.ts';

/**
 * A separate process that makes and starts machines and may be killed meanwhile. It prints `begin` when it
 * begins. Without machines it checks the settings.
 */
const {
  STATE_DIR: stateDir = '',
  PUBLIC_KEY: publicKey = '',
  MACHINE: names,
  LOCAL_USER: user,
} = process.env;
const options = { stateDir, machinePrefix: 'cornac-', publicKeys: [publicKey], guestScriptsDir, user };
const provider = await createLocalProvider(options);
process.stdout.write('begin\n');
async function machine(name: string) {
  await provider.ensureMachine(spec(name), noProgress());
  await provider.startMachine(name, noProgress());
}
await (names === undefined ? provider.check() : Promise.all(names.split(',').map(machine)));

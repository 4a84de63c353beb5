import { after, before } from 'node:test';
import type { Provider } from '../../../src/providers/provider.ts';
import { createVsphereProvider, type VsphereOptions } from '../../../src/providers/vsphere/vsphere.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';
import { simulatorOptions } from './world.ts';

/** A vCenter that is simulated for as long as the tests of a suite run. */
export interface SimulatedVcenter {
  readonly simulator: Simulator;
  /** A provider of its own for each call; all are closed with the suite. */
  open(changes?: Partial<VsphereOptions>): Provider;
}

/** To be called in a suite, before its own hooks: it adds hooks that start the simulator, and end it. */
export function useSimulator(options: SimulatorOptions = {}): SimulatedVcenter {
  const providers: Provider[] = [];
  let simulator: Simulator | undefined;
  before(async () => {
    simulator = await startSimulator(options);
  });
  after(async () => {
    await Promise.all(providers.map((provider) => provider.close()));
    await simulator?.stop();
  });
  const started = (): Simulator => {
    if (!simulator)
      throw new Error('the simulator is started by the hooks of the suite, not while it is described');
    return simulator;
  };
  return {
    get simulator() {
      return started();
    },
    open(changes) {
      const provider = createVsphereProvider({ ...simulatorOptions(started()), ...changes });
      providers.push(provider);
      return provider;
    },
  };
}

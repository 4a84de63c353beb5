import { after, before } from 'node:test';
import type { Provider } from '../../../src/providers/provider.ts';
import { createVsphereProvider, type VsphereOptions } from '../../../src/providers/vsphere/vsphere.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';
import { simulatorOptions } from './world.ts';

/** A simulated vCenter that runs during the tests of a suite. */
export interface SimulatedVcenter {
  readonly simulator: Simulator;
  /** Opens a new provider for each call; all are closed with the suite. */
  open(changes?: Partial<VsphereOptions>): Provider;
}

/** Call it in a suite before the suite's own hooks: it adds hooks that start and stop the simulator. */
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
    if (!simulator) {
      throw new Error('the simulator is started by the hooks of the suite, not while it is described');
    }
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

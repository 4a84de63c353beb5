import type { Progress, ProviderErrorCode } from '../provider.ts';
import { createOffCounter } from '../waiting.ts';
import { explainConnection } from './connection.ts';
import type { Context } from './context.ts';
import { powerOn } from './power-on.ts';
import { retryTransient } from './retry.ts';
import { findHostName } from './unreachable.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** Keeps a machine running while a caller waits for its guest. */
export interface Keeper {
  /**
   * Powers the machine on again when it is off.
   * @returns what prevents it from running, in words
   * @throws ProviderError `MachineOff`
   */
  look(machine: VirtualMachine): Promise<string | undefined>;
  /** The error code for a wait that timed out, depending on what blocked the machine. */
  readonly failure: ProviderErrorCode;
}

export function keepRunning(context: Context, name: string, progress: Progress): Keeper {
  const countOff = createOffCounter(name, 'its console and its events in vCenter');
  let isPaused = false;
  return {
    get failure() {
      return isPaused ? 'MachinePaused' : 'Timeout';
    },

    async look(machine) {
      isPaused = machine.paused !== undefined;
      if (machine.paused) return `paused ${machine.paused.detail}; Cornac waits`;
      const { connection, host } = machine;
      if (connection !== 'connected') {
        return explainConnection(connection, await findHostName(context.vim, host));
      }
      if (machine.isOn) return undefined;
      countOff();
      await retryTransient(progress, () => powerOn(context, name, progress));
      return 'it powered off, and is powered on again';
    },
  };
}

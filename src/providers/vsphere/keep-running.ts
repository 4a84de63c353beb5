import type { Progress, ProviderErrorCode } from '../provider.ts';
import { createOffCounter } from '../waiting.ts';
import { findHostName } from './away.ts';
import { explainConnection } from './connection.ts';
import type { Context } from './context.ts';
import type { VirtualMachine } from './machine.ts';
import { powerOn } from './power-on.ts';
import { steadily } from './steady.ts';

/** Sees to it that a machine runs while its guest is waited for. */
export interface Keeper {
  /**
   * Powers the machine on where it went off.
   * @returns what keeps it from running, for people
   * @throws ProviderError `MachineOff`
   */
  look(machine: VirtualMachine): Promise<string | undefined>;
  /** The error of a wait that was in vain, by what was in the way. */
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
      if (machine.paused) return `paused ${machine.paused.detail}; it is left alone`;
      const { connection, host } = machine;
      if (connection !== 'connected') {
        return explainConnection(connection, await findHostName(context.vim, host));
      }
      if (machine.isOn) return undefined;
      countOff();
      await steadily(progress, () => powerOn(context, name, progress));
      return 'it went off, and is powered on again';
    },
  };
}

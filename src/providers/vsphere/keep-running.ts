import { z } from 'zod';
import type { Progress, ProviderErrorCode } from '../provider.ts';
import { createOffCounter } from '../waiting.ts';
import type { Context } from './context.ts';
import type { VirtualMachine } from './machine.ts';
import { powerOn } from './power-on.ts';
import { steadily } from './steady.ts';
import { read } from './vim/properties.ts';

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
      if (machine.connection !== 'connected') return explainConnection(context, machine);
      if (machine.isOn) return undefined;
      countOff();
      await steadily(progress, () => powerOn(context, name, progress));
      return 'it went off, and is powered on again';
    },
  };
}

/** `VirtualMachineConnectionState` */
async function explainConnection({ vim }: Context, { connection, host }: VirtualMachine): Promise<string> {
  const found = host && (await read(vim, host, { name: z.string() }).catch(() => undefined));
  const on = found ? `its host ${found.name}` : 'its host';
  switch (connection) {
    case 'disconnected':
      return `vCenter has no connection to ${on}, which does not respond`;
    case 'inaccessible':
      return `${on} cannot read its files: look at the datastore`;
    case 'orphaned':
      return `${on} does not know it any more`;
    default:
      return `vCenter says that it is ${connection}, on ${found?.name ?? 'a host unknown'}`;
  }
}

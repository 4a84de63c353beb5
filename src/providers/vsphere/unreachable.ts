import { z } from 'zod';
import { type Machine, ProviderError } from '../provider.ts';
import { explainConnection } from './connection.ts';
import { read } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import type { Vim } from './vim/vim.ts';

/** A machine that vCenter lists but cannot read now: its owner and its configuration are unknown. */
export interface UnreachableMachine {
  readonly isUnreachable: true;
  readonly ref: Ref;
  readonly name: string;
  /** The last state that vCenter knew. */
  readonly isOn: boolean;
  readonly connection: string;
  readonly host: Ref | undefined;
}

export function isUnreachable(found: unknown): found is UnreachableMachine {
  return typeof found === 'object' && found !== null && 'isAway' in found;
}

/** @throws ProviderError Unavailable for a machine that vCenter cannot read */
export async function requireReachable<T>(vim: Vim, found: T | UnreachableMachine): Promise<T> {
  if (!isUnreachable(found)) return found;
  const { name, connection, host } = found;
  const reason = explainConnection(connection, await findHostName(vim, host));
  throw new ProviderError('Unavailable', `vCenter cannot reach ${name} (${connection}): ${reason}`);
}

/** The host's name, for messages; undefined where vCenter does not return it. */
export async function findHostName(vim: Vim, host: Ref | undefined): Promise<string | undefined> {
  return host && (await read(vim, host, { name: z.string() }).catch(() => undefined))?.name;
}

/** The machine in the form of the provider port. */
export function toUnreachableMachine({
  name,
  isOn,
  connection,
}: Pick<UnreachableMachine, 'name' | 'isOn' | 'connection'>): Machine {
  return {
    name,
    state: isOn ? 'running' : 'stopped',
    paused: {
      reason: 'unreachable',
      detail: `unreachable for vCenter (${connection}): ${explainConnection(connection)}`,
    },
    diskGiB: 0,
  };
}

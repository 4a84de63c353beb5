import { randomBytes } from 'node:crypto';
import type { Invocation } from '../../src/model/invocation.ts';

/** An attempt of the call with this id and a unique signature. */
export function invocationOf(id: string | undefined, members: Partial<Invocation> = {}): Invocation {
  return {
    id,
    accessKeyId: 'AKIATEST',
    fingerprint: 'f',
    signature: randomBytes(32).toString('hex'),
    goodUntil: new Date(Date.now() + 15 * 60_000),
    ...members,
  };
}

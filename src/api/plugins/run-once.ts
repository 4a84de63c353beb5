import { setTimeout as delay } from 'node:timers/promises';
import { AwsError, signatureUsed } from '../../model/errors.ts';
import type { Invocation, InvocationStore } from '../../model/invocation.ts';

export interface OnceOptions {
  readonly invocation: Invocation | undefined;
  readonly invocations: InvocationStore | undefined;
  /**
   * Milliseconds until a used signature is refused. More than a second, because signatures are dated to the
   * second: an honest client's next attempt then always carries another signature.
   */
  readonly replayDelay: number;
}

/**
 * Runs an action, or returns the answer of an earlier attempt of the same call.
 *
 * The store is asked again when the action fails. Of two concurrent attempts the slower one fails: with
 * `InvocationConflict`, or with a validation error about what the faster one has just changed ("DB instance
 * already exists").
 * @throws AwsError of `signatureUsed`, and what the action throws
 */
export async function runOnce(
  run: () => Promise<object | undefined>,
  { invocation, invocations: store, replayDelay }: OnceOptions,
): Promise<object | undefined> {
  if (!invocation || !store) return run();
  try {
    const earlier = await store.findAnswer(invocation);
    if (earlier) return asResult(earlier.result);
    try {
      return await run();
    } catch (error) {
      const answer = await store.findAnswer(invocation).catch((problem: unknown) => {
        if (isSignatureUsed(problem)) throw problem;
      });
      if (answer) return asResult(answer.result);
      throw error;
    }
  } catch (error) {
    if (isSignatureUsed(error)) await delay(replayDelay);
    throw error;
  }
}

const USED = signatureUsed().code;

function isSignatureUsed(error: unknown): boolean {
  return error instanceof AwsError && error.code === USED;
}

function asResult(result: unknown): object | undefined {
  return typeof result === 'object' && result !== null ? result : undefined;
}

import type { Invocation, InvocationStore } from '../../model/invocation.ts';

/**
 * Runs an action, or gives the answer of an earlier attempt of the same call.
 *
 * The store is asked again when the action fails: two attempts at once are told apart by the transaction of the slower
 * one, which ends in `InvocationConflict`, or in whatever the validation says about a world that the faster one has
 * just changed ("DB instance already exists").
 */
export const runOnce = async (
  run: () => Promise<object | undefined>,
  invocation: Invocation | undefined,
  store: InvocationStore | undefined,
): Promise<object | undefined> => {
  if (!invocation || !store) return run();
  const earlier = await store.findAnswer(invocation);
  if (earlier) return asResult(earlier.result);
  try {
    return await run();
  } catch (error) {
    const answer = await store.findAnswer(invocation).catch(() => undefined);
    if (answer) return asResult(answer.result);
    throw error;
  }
};

const asResult = (result: unknown): object | undefined =>
  typeof result === 'object' && result !== null ? result : undefined;

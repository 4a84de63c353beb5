import type { Instance } from '../model/instance.ts';
import { type Invocation, InvocationConflict } from '../model/invocation.ts';
import type { Database, Transaction } from './client.ts';
import { isUniqueViolation, json } from './rows.ts';

/** The API call that asks for a change. */
export interface Call {
  readonly requestId: string;
  /** What tells a retry of the call; its answer is kept for that. */
  readonly invocation?: Invocation | undefined;
  /** The action's result for the instance as the change leaves it. */
  readonly answer?: (instance: Instance) => object;
}

/**
 * Runs a change for a call: first of all the call is claimed, so that a second attempt waits here for the first and
 * then gives way to it, whatever the change itself would say by then; the answer follows in the same transaction.
 * @throws InvocationConflict when another attempt of the call was first
 */
export const answerOnce = async (
  tx: Transaction,
  { invocation, answer }: Call,
  change: () => Promise<Instance>,
): Promise<Instance> => {
  if (!invocation || !answer) return change();
  const { accessKeyId, id: invocationId, fingerprint } = invocation;
  const key = { accessKeyId, invocationId, fingerprint };
  try {
    await tx.invocation.create({ data: { ...key, answer: {}, createdAt: new Date() } });
  } catch (error) {
    throw isUniqueViolation(error) ? new InvocationConflict() : error;
  }
  const instance = await change();
  // Through JSON, as the reader will see it: dates become strings, members that are undefined go.
  const stored = json(JSON.parse(JSON.stringify(answer(instance))));
  await tx.invocation.update({
    where: { accessKeyId_invocationId_fingerprint: key },
    data: { answer: stored },
  });
  return instance;
};

/** The stored answer of the same call, if an attempt of it has succeeded. */
export const findAnswer = async (
  database: Database,
  { accessKeyId, id: invocationId, fingerprint }: Invocation,
): Promise<{ result: unknown } | undefined> => {
  const row = await database.invocation.findUnique({
    where: { accessKeyId_invocationId_fingerprint: { accessKeyId, invocationId, fingerprint } },
  });
  return row ? { result: row.answer } : undefined;
};

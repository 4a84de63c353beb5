import type { Instance } from '../model/db-instance/instance.ts';
import { signatureUsed } from '../model/errors.ts';
import { type Invocation, InvocationConflict } from '../model/invocation.ts';
import type { Database, Transaction } from './database/client.ts';
import { isUniqueViolation, json } from './database/rows.ts';

/** The API call that asks for a change. */
export interface Call {
  readonly requestId: string;
  /** What tells a retry of the call; its answer is kept for that. */
  readonly invocation?: Invocation | undefined;
  /** The action's result for the instance as the change leaves it. */
  readonly answer?: (instance: Instance) => object;
}

/**
 * Runs a change for a call: first of all the call is claimed, by its signature and its id, so that a second attempt
 * waits here for the first and then gives way to it, whatever the change itself would say by then; the answer follows in
 * the same transaction.
 * @throws InvocationConflict when another attempt of the call was first, or the signature was used before
 */
export async function answerOnce(
  tx: Transaction,
  { invocation, answer }: Call,
  change: () => Promise<Instance>,
): Promise<Instance> {
  if (!invocation) return change();
  const key = answer && keyOf(invocation);
  try {
    await tx.signature.create({ data: signatureOf(invocation) });
    if (key) await tx.invocation.create({ data: { ...key, answer: {}, createdAt: new Date() } });
  } catch (error) {
    throw isUniqueViolation(error) ? new InvocationConflict() : error;
  }
  const instance = await change();
  if (!key) return instance;
  // Through JSON, as the reader will see it: dates become strings, members that are undefined go.
  const stored = json(JSON.parse(JSON.stringify(answer(instance))));
  await tx.invocation.update({
    where: { accessKeyId_invocationId_fingerprint: key },
    data: { answer: stored },
  });
  return instance;
}

/**
 * The stored answer of the same call, if an attempt of it has succeeded. Who gets it has used his signature.
 * @throws AwsError of `signatureUsed` when the signature is that of a call which has succeeded, and which this is not
 */
export async function findAnswer(
  database: Database,
  invocation: Invocation,
): Promise<{ result: unknown } | undefined> {
  const key = keyOf(invocation);
  const { accessKeyId, signature, goodUntil } = signatureOf(invocation);
  // First the signature: what commits it commits the answer, so that a call which finds one finds the other.
  const used = await database.signature.findUnique({
    where: { accessKeyId_signature: { accessKeyId, signature } },
  });
  const row =
    key && (await database.invocation.findUnique({ where: { accessKeyId_invocationId_fingerprint: key } }));
  if (row) {
    if (!used) {
      await database.signature.createMany({
        data: [{ accessKeyId, signature, goodUntil }],
        skipDuplicates: true,
      });
    }
    return { result: row.answer };
  }
  if (used) throw signatureUsed();
  return undefined;
}

function keyOf({ accessKeyId, id, fingerprint }: Invocation) {
  return id === undefined ? undefined : { accessKeyId, invocationId: id, fingerprint };
}

function signatureOf({ accessKeyId, signature, goodUntil }: Invocation) {
  return {
    accessKeyId,
    signature,
    goodUntil,
  };
}

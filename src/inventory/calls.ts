import { signatureUsed } from '../model/errors.ts';
import { type Invocation, InvocationConflict } from '../model/invocation.ts';
import type { Database, Transaction } from './database/client.ts';
import { isUniqueViolation, json } from './database/rows.ts';

/** The API call that asks for a change. `Result` is what the change leaves. */
export interface Call<Result = unknown> {
  readonly requestId: string;
  /** What tells a retry of the call; its answer is kept for that. */
  readonly invocation?: Invocation | undefined;
  /** The action's output for it. */
  readonly answer?: (result: Result) => object;
}

/**
 * Runs a change for a call: first of all the call is claimed, by its signature and its id, so that a second attempt
 * waits here for the first and then gives way to it, whatever the change itself would say by then; the answer follows in
 * the same transaction.
 * @throws InvocationConflict when another attempt of the call was first, or the signature was used before
 */
export async function answerOnce<Result>(
  tx: Transaction,
  { invocation, answer }: Call<Result>,
  change: () => Promise<Result>,
): Promise<Result> {
  if (!invocation) return change();
  const key = answer && keyOf(invocation);
  try {
    await tx.signature.create({ data: signatureOf(invocation) });
    if (key) await tx.invocation.create({ data: { ...key, answer: {}, createdAt: new Date() } });
  } catch (error) {
    throw isUniqueViolation(error) ? new InvocationConflict() : error;
  }
  const result = await change();
  if (!key) return result;
  // Through JSON, as the reader will see it: dates become strings, members that are undefined go.
  const stored = json(JSON.parse(JSON.stringify(answer(result))));
  await tx.invocation.update({
    where: { accessKeyId_invocationId_fingerprint: key },
    data: { answer: stored },
  });
  return result;
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

import { signatureUsed } from '../model/errors.ts';
import { type Invocation, InvocationConflict } from '../model/invocation.ts';
import type { Database, Transaction } from './database/client.ts';
import { isUniqueViolation, json } from './database/rows.ts';

/** The API call that requests a change. `Result` is what the change returns. */
export interface Call<Result = unknown> {
  readonly requestId: string;
  /** Identifies a retry of the call. The answer is stored for retries. */
  readonly invocation?: Invocation | undefined;
  /** The action's output for the result. */
  readonly answer?: (result: Result) => object;
}

/**
 * Runs a change for a call. First it claims the call by its signature and its id. So a second attempt waits
 * here for the first and then gives way to it, whatever the change itself would do by then. The answer is
 * stored in the same transaction.
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
  // Through JSON, because the reader gets it so: dates become strings, undefined members are dropped.
  const stored = json(JSON.parse(JSON.stringify(answer(result))));
  await tx.invocation.update({
    where: { accessKeyId_invocationId_fingerprint: key },
    data: { answer: stored },
  });
  return result;
}

/**
 * The stored answer of the same call, if an attempt of it has succeeded. The signature of this attempt then
 * counts as used.
 * @throws AwsError of `signatureUsed` when another call with this signature has succeeded
 */
export async function findAnswer(
  database: Database,
  invocation: Invocation,
): Promise<{ result: unknown } | undefined> {
  const key = keyOf(invocation);
  const { accessKeyId, signature, goodUntil } = signatureOf(invocation);
  // The signature first: it is committed together with the answer, so a used signature implies a readable
  // answer.
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

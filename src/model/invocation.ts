/**
 * Identifies a call that changes something. AWS SDKs send the same `amz-sdk-invocation-id` on every attempt
 * of one call. So an attempt whose answer got lost is not taken for a new call, and gets the first answer
 * again. The id is not signed. Replays by others are prevented by the signature, which may change something
 * only once.
 */
export interface Invocation {
  /**
   * `amz-sdk-invocation-id` as the client chose it: 1-128 visible ASCII characters. Undefined when absent.
   */
  readonly id: string | undefined;
  readonly accessKeyId: string;
  /**
   * HMAC of action and parameters with the caller's secret, hex. It tells calls apart and reveals no
   * password.
   */
  readonly fingerprint: string;
  /** The signature of this attempt, hex. Attempts within one second have the same signature. */
  readonly signature: string;
  /** When the signature expires. */
  readonly goodUntil: Date;
}

/**
 * Where answers and signatures are stored, so that every gateway finds them.
 *
 * An action that changes something stores both in the transaction that makes the change: it passes
 * `ctx.invocation` and its result to the inventory. The inventory inserts a row for the signature
 * (`accessKeyId`, `signature`) and, where the call has an id, a row for the answer (`accessKeyId`, `id`,
 * `fingerprint`). A transaction that finds a key taken rolls back and throws `InvocationConflict`. Errors are
 * not stored, because a failed call changed nothing and may be retried. Answers are useful for as long as
 * clients retry, a day at most; signatures until they expire.
 */
export interface InvocationStore {
  /**
   * The stored answer: `result` is the action's output after `JSON.parse(JSON.stringify(…))`. From then on
   * the signature of this attempt counts as used.
   * @throws AwsError of `signatureUsed` when another call has used the signature
   */
  findAnswer(invocation: Invocation): Promise<{ readonly result: unknown } | undefined>;
}

/** Another attempt with this id or this signature committed first. The store knows which. */
export class InvocationConflict extends Error {
  override readonly name = 'InvocationConflict';
}

/**
 * Calls that change something, told apart. AWS SDKs send the same `amz-sdk-invocation-id` on every attempt of one call,
 * so an attempt whose answer got lost is told from a new call, and gets the first answer again. The id is not signed:
 * what keeps others from sending a call once more is its signature, which changes something once only.
 */
export interface Invocation {
  /** `amz-sdk-invocation-id`, as the client chose it: 1-128 visible ASCII characters. Undefined where none came. */
  readonly id: string | undefined;
  readonly accessKeyId: string;
  /** HMAC of action and parameters under the caller's secret, hex: tells calls apart, and nothing about passwords. */
  readonly fingerprint: string;
  /** Of this attempt, hex. Attempts within one second have the same. */
  readonly signature: string;
  /** When the signature expires. */
  readonly goodUntil: Date;
}

/**
 * Where answers and signatures are kept, so that any gateway finds them.
 *
 * An action that changes something stores both itself, in the very transaction that makes the change: it passes
 * `ctx.invocation` and its result to the inventory, which inserts a row for the signature (`accessKeyId`, `signature`)
 * and, where there is an id, one for the answer (`accessKeyId`, `id`, `fingerprint`). A transaction that finds a key
 * taken rolls back and throws `InvocationConflict`. Errors are not stored: a call that failed changed nothing and may be
 * tried again. Answers are of use for as long as clients retry, a day at most; signatures until they expire.
 */
export interface InvocationStore {
  /**
   * The stored answer: `result` is the action's output after `JSON.parse(JSON.stringify(…))`. The signature of this
   * attempt counts as used from then on.
   * @throws AwsError of `signatureUsed` when it was used by another call
   */
  findAnswer(invocation: Invocation): Promise<{ readonly result: unknown } | undefined>;
}

/** Another attempt with this id or this signature has committed first; the store tells which. */
export class InvocationConflict extends Error {
  override readonly name = 'InvocationConflict';
}

/**
 * Retries that change nothing: AWS SDKs send the same `amz-sdk-invocation-id` on every attempt of one call, so an
 * attempt whose answer got lost is told apart from a new call, and gets the first answer again.
 */
export interface Invocation {
  /** `amz-sdk-invocation-id`, as the client chose it: 1-128 visible ASCII characters. */
  readonly id: string;
  readonly accessKeyId: string;
  /** HMAC of action and parameters under the caller's secret, hex: tells calls apart, and nothing about passwords. */
  readonly fingerprint: string;
}

/**
 * Where the answers are kept, so that any gateway can give them.
 *
 * An action that changes something stores its answer itself, in the very transaction that makes the change: it passes
 * `ctx.invocation` and its result to the inventory, which inserts one row with the unique key (`accessKeyId`, `id`,
 * `fingerprint`). A transaction that finds the key taken rolls back and throws `InvocationConflict`. Errors are not
 * stored: a call that failed changed nothing and may be tried again. Rows are of use for as long as clients retry, a
 * day at most.
 */
export interface InvocationStore {
  /** The stored answer: `result` is the action's output after `JSON.parse(JSON.stringify(…))`. */
  findAnswer(invocation: Invocation): Promise<{ readonly result: unknown } | undefined>;
}

/** Another attempt of the same call has committed first; its answer is in the store. */
export class InvocationConflict extends Error {
  override readonly name = 'InvocationConflict';
}

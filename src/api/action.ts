import type { Logger } from 'pino';
import type { Invocation } from '../model/invocation.ts';
import type { Deps } from './deps.ts';
import type { OperationSchema } from './protocol/schema.ts';

/** What an action knows about the request besides its input. */
export interface ActionContext extends Deps {
  /** In the answer, in the log, and for events and operation rows that this request causes. */
  readonly requestId: string;
  readonly accessKeyId: string;
  /** Carries request id, access key id, action and the names of resources already. Log neither input nor secrets. */
  readonly log: Logger;
  /** Set for an action that mutates: pass it to the transaction that makes the change. */
  readonly invocation: Invocation | undefined;
}

/** One offered operation of the API. Made by `action`. */
export interface Action {
  readonly name: string;
  readonly schema: OperationSchema;
  /** Whether a retry must not run it twice. */
  readonly mutates: boolean;
  run(input: object, context: ActionContext): Promise<object | undefined>;
}

/**
 * Binds an operation of the SDK to what it does here:
 *
 *     export const rebootDBInstance = action<RebootDBInstanceMessage, RebootDBInstanceResult>(
 *       RebootDBInstance$, async (input, { inventory }) => …)
 *
 * `handler` gets an input that the decoder has brought into the shape of the schema: types are right, required members
 * are there, members sent empty are absent. It throws errors of the catalogue (`model/errors.ts`); whatever else it
 * throws becomes `InternalFailure`. A result is encoded by the schema: members it does not know are left out.
 */
export function action<Input extends object, Output extends object | undefined = undefined>(
  schema: OperationSchema,
  handler: (input: Input, context: ActionContext) => Promise<Output>,
  options: { readonly mutates?: boolean } = {},
): Action {
  const name = schema[2];
  return {
    name,
    schema,
    mutates: options.mutates ?? !/^(Describe|List|Download|Get)/.test(name),
    run: (input, context) => handler(input as Input, context),
  };
}

import type { Logger } from 'pino';
import type { Invocation } from '../model/invocation.ts';
import type { Deps } from './deps.ts';
import type { ActionName, InputOf, OutputOf } from './protocol/messages.ts';
import { type OperationSchema, rdsOperations } from './protocol/schema.ts';

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

interface ActionOptions {
  /** Where the name does not say it: names that begin with Describe, List, Download and Get change nothing. */
  readonly mutates?: boolean;
}

/**
 * Binds an operation of RDS to what it does here. Types and schema follow from the name:
 *
 *     export const rebootDBInstance = action('RebootDBInstance', async (input, { inventory }) => …)
 *
 * `handler` gets an input that the decoder has brought into the shape of the schema: types are right, required members
 * are there, members sent empty are absent. It throws errors of the catalogue (`model/errors.ts`); whatever else it
 * throws becomes `InternalFailure`. A result is encoded by the schema: members it does not know are left out.
 */
export function action<const Name extends ActionName>(
  name: Name,
  handler: (input: InputOf<Name>, context: ActionContext) => Promise<OutputOf<Name>>,
  options: ActionOptions = {},
): Action {
  const schema = rdsOperations.get(name);
  if (!schema) throw new Error(`RDS has no operation ${name}`);
  return actionOf(schema, handler, options);
}

/** The same for an operation of which only the schema is known: that of another service. */
export function actionOf<Input extends object, Output extends object | undefined = undefined>(
  schema: OperationSchema,
  handler: (input: Input, context: ActionContext) => Promise<Output>,
  options: ActionOptions = {},
): Action {
  const name = schema[2];
  return {
    name,
    schema,
    mutates: options.mutates ?? !/^(Describe|List|Download|Get)/.test(name),
    run: (input, context) => handler(input as Input, context),
  };
}

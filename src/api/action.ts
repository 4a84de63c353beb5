import type { Logger } from 'pino';
import type { Invocation } from '../model/invocation.ts';
import type { Owner } from '../model/owner.ts';
import type { Deps } from './deps.ts';
import type { ActionName, InputOf, OutputOf } from './protocol/messages.ts';
import { type OperationSchema, rdsOperations } from './protocol/schema.ts';

export type { ActionName, InputOf, OutputOf };

/** What an action knows about the request in addition to its input. */
export interface ActionContext extends Deps {
  /** Stands in the answer, in the log, and in the events and operation rows that this request causes. */
  readonly requestId: string;
  readonly accessKeyId: string;
  /** The account and the region of the answer. The same object for all requests of one region. */
  readonly owner: Owner;
  /**
   * Already carries request id, access key id, action and the names of resources. Log neither input nor
   * secrets.
   */
  readonly log: Logger;
  /** Set for an action that mutates: pass it to the transaction that makes the change. */
  readonly invocation: Invocation | undefined;
}

/** One offered operation of the API. Made by `action`. */
export interface Action {
  readonly name: string;
  readonly schema: OperationSchema;
  /** Whether a retry must not run the action a second time. */
  readonly mutates: boolean;
  run(input: object, context: ActionContext): Promise<object | undefined>;
}

interface ActionOptions {
  /** Overrides the rule by name: actions that begin with Describe, List, Download or Get change nothing. */
  readonly mutates?: boolean;
}

/**
 * Binds an operation of RDS to what it does here. Types and schema follow from the name:
 *
 *     export const rebootDBInstance = action('RebootDBInstance', async (input, { inventory }) => …)
 *
 * `handler` gets an input that the decoder has brought into the shape of the schema: types are right,
 * required members are present, members sent empty are absent. The handler throws errors of the catalogue
 * (`model/errors.ts`); any other error becomes `InternalFailure`. A result is encoded by the schema: members
 * that the schema does not know are left out.
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

/** The same for an operation of another service, of which only the schema is known. */
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

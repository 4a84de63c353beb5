import type { Instance } from '../../../model/db-instance/instance.ts';
import type { LogAnswer, LogQuestion } from '../../../model/db-log-file/log-request.ts';
import {
  dbInstanceNotFound,
  dbInstanceNotReady,
  serviceUnavailable,
  throttled,
} from '../../../model/errors.ts';
import type { Owner } from '../../../model/owner.ts';
import type { Deps } from '../../deps.ts';
import { resourceNameOf } from '../../request/resource-name.ts';

type Context = Pick<Deps, 'inventory'> & { readonly owner: Owner };

/** The instance with this name or ARN. @throws AwsError DBInstanceNotFound */
export async function getInstance({ inventory, owner }: Context, name: string): Promise<Instance> {
  const identifier = resourceNameOf('db-instance', name, owner);
  const [found] =
    identifier === undefined ? [] : await inventory.instances.list({ identifiers: [identifier] });
  if (!found) throw dbInstanceNotFound(name);
  return found;
}

/**
 * What a worker found of the logs of the instance.
 * @throws AwsError DBInstanceNotReady where its machine does not answer; errors that SDKs retry where no worker answers
 */
export async function askForLogs(
  { inventory }: Context,
  { dbiResourceId, identifier }: Instance,
  question: LogQuestion,
): Promise<LogAnswer> {
  const answer = await inventory.logRequests.ask(dbiResourceId, question);
  if (answer === 'busy') throw throttled();
  if (answer === 'unanswered') throw serviceUnavailable();
  if (answer.kind === 'unreadable') throw dbInstanceNotReady(identifier);
  return answer;
}

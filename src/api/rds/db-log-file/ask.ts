import type { Instance } from '../../../model/db-instance/instance.ts';
import type { LogAnswer, LogQuestion } from '../../../model/db-log-file/log-request.ts';
import { dbInstanceNotReady, serviceUnavailable, throttled } from '../../../model/errors.ts';
import type { Deps } from '../../deps.ts';

/**
 * What a worker found of the logs of the instance.
 * @throws AwsError DBInstanceNotReady where its machine does not answer; errors that SDKs retry where no worker answers
 */
export async function askForLogs(
  { inventory }: Pick<Deps, 'inventory'>,
  { dbiResourceId, identifier }: Instance,
  question: LogQuestion,
): Promise<LogAnswer> {
  const answer = await inventory.logRequests.ask(dbiResourceId, question);
  if (answer === 'busy') throw throttled();
  if (answer === 'unanswered') throw serviceUnavailable();
  if (answer.kind === 'unreadable') throw dbInstanceNotReady(identifier);
  return answer;
}

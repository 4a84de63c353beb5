import { Context } from '@temporalio/activity';
import type { Progress, Provider, RunningMachine } from '../providers/provider.ts';

/**
 * The machine that a step works in, as the provider knows it now. It is powered on where it is off, because
 * nothing else starts a machine that an operation holds. The first attempt takes a running machine as it is,
 * because `startMachine` would shake hands with its sshd once more, and each handshake costs a new machine about
 * a second. A later attempt waits for sshd, because the first may have failed for its absence.
 */
export async function reachMachine(
  place: Provider,
  name: string,
  progress: Progress,
): Promise<RunningMachine> {
  const isFirst = Context.current().info.attempt === 1;
  return (isFirst ? await place.findRunning(name) : undefined) ?? place.startMachine(name, progress);
}

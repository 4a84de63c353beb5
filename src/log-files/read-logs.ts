import type { Guest } from '../guest/guest.ts';
import { MAX_PORTION_BYTES } from '../guest/logs.ts';
import type { GuestMachine } from '../guest/machine.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { logFileNameOf } from '../model/db-log-file/log-file.ts';
import { firstLines, lastLines } from '../model/db-log-file/log-portion.ts';
import type { LogAnswer, LogQuestion } from '../model/db-log-file/log-request.ts';
import { placeOf } from '../providers/places.ts';
import type { Provider } from '../providers/provider.ts';
import { within } from '../system/deadline.ts';

/** A machine that runs answers within a second or two. The gateway waits a little longer than this. */
const READ_MS = 25_000;

/** The provider, and the access to its guests. */
export interface LogPlace {
  readonly provider: Provider;
  readonly guest: Guest;
}

type Located = Pick<Instance, 'machine' | 'host'>;

/**
 * Answers a question about the logs of an instance, where its machine runs. Changes nothing: a machine that is off
 * stays so.
 * @throws any error of the provider and of SSH
 */
export async function readLogs(
  { machine, host }: Located,
  question: LogQuestion,
  { provider, guest }: LogPlace,
  signal: AbortSignal,
): Promise<LogAnswer> {
  const read = async (ending: AbortSignal): Promise<LogAnswer> => {
    const found = await placeOf(provider, { host }).lookAtMachine(machine);
    if (found?.state !== 'running' || found.paused || !found.reach) return { kind: 'unreadable' };
    ending.throwIfAborted();
    return question.kind === 'list'
      ? list(found.reach, guest, ending)
      : readPortion(found.reach, question, guest, ending);
  };
  return (await within(READ_MS, read, signal)) ?? { kind: 'unreadable' };
}

async function list(machine: GuestMachine, guest: Guest, signal: AbortSignal): Promise<LogAnswer> {
  const logs = await guest.listLogs(machine, { signal });
  const files = logs.flatMap(({ name: guestName, bytes, writtenAt }) => {
    const name = logFileNameOf(guestName);
    return name === undefined ? [] : [{ name, bytes, writtenAt }];
  });
  return { kind: 'files', files };
}

async function readPortion(
  machine: GuestMachine,
  { name, from, lines }: Extract<LogQuestion, { kind: 'read' }>,
  guest: Guest,
  signal: AbortSignal,
): Promise<LogAnswer> {
  const found = await guest.readLog(machine, { name, ...(from !== undefined && { from }) }, { signal });
  if (!found) return { kind: 'no-file' };
  const content = found.content.subarray(0, MAX_PORTION_BYTES);
  const cut = from === undefined ? lastLines : firstLines;
  return { kind: 'portion', portion: cut({ ...found, content }, lines) };
}

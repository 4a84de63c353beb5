import { guestNameOf } from '../../../model/db-log-file/log-file.ts';
import { dbLogFileNotFound, invalidParameterValue } from '../../../model/errors.ts';
import { checkAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { requireInstance } from '../db-instance/named.ts';
import { askForLogs } from './ask.ts';

/** API_DownloadDBLogFilePortion: an answer has 10,000 lines at most, and 1 MB. */
const MAX_LINES = 10_000;

/** The position that an earlier answer returned; undefined for the end of the file. */
function readPosition(marker: string | undefined): number | undefined {
  if (marker === undefined) return undefined;
  if (!/^\d{1,15}$/.test(marker)) throw invalidParameterValue('The parameter Marker is not valid.');
  return Number(marker);
}

function readLines(lines = MAX_LINES): number {
  if (lines < 1) {
    throw invalidParameterValue(
      `Invalid value ${lines} for NumberOfLines. Must be between 1 and ${MAX_LINES}`,
    );
  }
  return Math.min(lines, MAX_LINES);
}

/**
 * Lines of a log: without a Marker the last ones, with the Marker "0" the first ones, else those behind the answer from
 * which the Marker is. The last Marker of a log that is still written leads to the lines that follow.
 */
export const downloadDBLogFilePortion = action('DownloadDBLogFilePortion', async (input, context) => {
  const { from, lines } = checkAll({
    from: () => readPosition(input.Marker),
    lines: () => readLines(input.NumberOfLines),
  });
  const { DBInstanceIdentifier = '', LogFileName = '' } = input;
  const instance = await requireInstance(DBInstanceIdentifier, context);
  const name = guestNameOf(LogFileName);
  if (name === undefined) throw dbLogFileNotFound(LogFileName);
  const question = { kind: 'read', name, lines, ...(from !== undefined && { from }) } as const;
  const answer = await askForLogs(context, instance, question);
  if (answer.kind !== 'portion') throw dbLogFileNotFound(LogFileName);
  const { text, next, hasMore } = answer.portion;
  return { LogFileData: text, Marker: String(next), AdditionalDataPending: hasMore };
});

/** A log of the server on its machine. The machine's word, which may be wrong. */
export interface FoundLog {
  /** `postgresql.log.2026-11-26-12` */
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** Which part of a log to read. */
export interface LogRange {
  readonly name: string;
  /** The first byte. Absent: as much as one portion holds before the end. */
  readonly from?: number;
}

/** A part of a log: at most `MAX_PORTION_BYTES` from byte `from` on. */
export interface FoundPortion {
  /** The bytes of the whole log. */
  readonly bytes: number;
  readonly from: number;
  readonly content: Buffer;
}

export const MAX_PORTION_BYTES = 1024 * 1024;
const MAX_LOGS = 5_000;
const LOG = /^log (\d{1,15}) (\d{1,15}) (postgresql\.log\.[0-9-]{1,20}(?:\.csv|\.json)?)$/;
const PORTION = /^portion (\d{1,15}) (\d{1,15})\n([A-Za-z0-9+/]*={0,2})$/;

/** The lines `log WRITTEN SIZE NAME` of a verb's output. Other lines are ignored. */
export function parseLogs(stdout: string): readonly FoundLog[] {
  return stdout
    .split('\n')
    .flatMap((line) => {
      const [, writtenAt, bytes, name] = LOG.exec(line) ?? [];
      return name === undefined ? [] : [{ name, bytes: Number(bytes), writtenAt: Number(writtenAt) }];
    })
    .slice(-MAX_LOGS);
}

/** The line `portion SIZE FROM` and the content in base64. Undefined where no such log exists. */
export function parsePortion(stdout: string): FoundPortion | undefined {
  const [, size, start, encoded] = PORTION.exec(stdout) ?? [];
  if (encoded === undefined) return undefined;
  const content = Buffer.from(encoded, 'base64').subarray(0, MAX_PORTION_BYTES);
  const from = Number(start);
  return { bytes: Math.max(Number(size), from + content.length), from, content };
}

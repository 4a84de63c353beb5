/** A part of a log file, as DownloadDBLogFilePortion answers it. */
export interface LogPortion {
  readonly text: string;
  /** The position of the first byte behind `text`. */
  readonly next: number;
  /** Whether the log went on behind `text` when it was read. */
  readonly hasMore: boolean;
}

/** Bytes of a log from position `from` on. */
export interface LogBytes {
  readonly from: number;
  /** The bytes of the whole log. */
  readonly bytes: number;
  readonly content: Uint8Array;
}

const LINE_FEED = 0x0a;

/** The first `lines` lines. A portion ends behind a line, unless the log or the longest portion ends within it. */
export function firstLines({ from, bytes, content }: LogBytes, lines: number): LogPortion {
  let end = 0;
  for (let count = 0; count < lines; count += 1) {
    const feed = content.indexOf(LINE_FEED, end);
    if (feed < 0) {
      const isLast = from + content.length >= bytes;
      if (isLast || end === 0) end = content.length;
      break;
    }
    end = feed + 1;
  }
  end = wholeCharacters(content, end);
  return { text: toText(content.subarray(0, end)), next: from + end, hasMore: from + end < bytes };
}

/** The last `lines` lines, of bytes that reach to the end of the log. */
export function lastLines({ from, content }: LogBytes, lines: number): LogPortion {
  const end = wholeCharacters(content, content.length);
  // A line feed at the end belongs to the last line.
  let begin = content[end - 1] === LINE_FEED ? end - 1 : end;
  for (let count = 0; count < lines && begin >= 0; count += 1) {
    begin = begin === 0 ? -1 : content.lastIndexOf(LINE_FEED, begin - 1);
  }
  // Bytes that begin within the log most likely begin within a line.
  const first = from === 0 ? 0 : content.indexOf(LINE_FEED) + 1;
  const start = Math.min(Math.max(begin + 1, first), end);
  return { text: toText(content.subarray(start, end)), next: from + end, hasMore: false };
}

/** The end of the last whole UTF-8 character before `end`: the rest of another may be written next. */
function wholeCharacters(content: Uint8Array, end: number): number {
  for (let back = 1; back <= Math.min(3, end); back += 1) {
    const byte = content[end - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back && end > back ? end - back : end;
  }
  return end;
}

const decoder = new TextDecoder();
// Everything but line feeds and tabs that a terminal could take for a command.
const CONTROL = /[^\P{Cc}\t\n]|[\u2028-\u202e\u2066-\u2069]/gu;

/** Text that is harmless wherever it is shown: a user of the database decides what is in a log. */
function toText(bytes: Uint8Array): string {
  return decoder.decode(bytes).replace(CONTROL, '?');
}

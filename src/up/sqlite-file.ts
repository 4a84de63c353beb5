import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { MIB } from '../system/units.ts';

// https://sqlite.org/fileformat2.html

const MAGIC = 'SQLite format 3\0';
const UTF_8 = 1;
const LEAF = 0x0d;
const INTERIOR = 0x05;
const LARGEST = MIB;

function readAt(descriptor: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  if (readSync(descriptor, buffer, 0, length, position) < length) throw new Error('the file is too short');
  return buffer;
}

function withFile<T>(path: string, use: (descriptor: number) => T): T {
  const descriptor = openSync(path, 'r');
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function varint(buffer: Buffer, at: number): { value: number; next: number } {
  let value = 0;
  for (let next = at; next < at + 8; next++) {
    const byte = buffer.readUInt8(next);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: next + 1 };
  }
  throw new Error('a number is too large');
}

/** Continues the checksum of a write-ahead log. */
function sum([a, b]: readonly [number, number], data: Buffer, isBig: boolean): readonly [number, number] {
  let [one, two] = [a, b];
  for (let at = 0; at < data.length; at += 8) {
    one = (one + (isBig ? data.readUInt32BE(at) : data.readUInt32LE(at)) + two) >>> 0;
    two = (two + (isBig ? data.readUInt32BE(at + 4) : data.readUInt32LE(at + 4)) + one) >>> 0;
  }
  return [one, two];
}

/** Positions of the committed pages in a write-ahead log, by page number. They replace the pages of the file. */
function committedPages(descriptor: number, pageSize: number): Map<number, number> {
  const committed = new Map<number, number>();
  const { size } = fstatSync(descriptor);
  if (size < 32) return committed;
  const header = readAt(descriptor, 0, 32);
  const isBig = header.readUInt32BE(0) === 0x377f0683;
  if ((!isBig && header.readUInt32BE(0) !== 0x377f0682) || header.readUInt32BE(8) !== pageSize) {
    throw new Error('the write-ahead log is invalid');
  }
  let check = sum([0, 0], header.subarray(0, 24), isBig);
  const holds = (buffer: Buffer, at: number) =>
    buffer.readUInt32BE(at) === check[0] && buffer.readUInt32BE(at + 4) === check[1];
  if (!holds(header, 24)) return committed;
  let open: (readonly [number, number])[] = [];
  for (let at = 32; at + 24 + pageSize <= size; at += 24 + pageSize) {
    const frame = readAt(descriptor, at, 24 + pageSize);
    check = sum(sum(check, frame.subarray(0, 8), isBig), frame.subarray(24), isBig);
    if (!frame.subarray(8, 16).equals(header.subarray(16, 24)) || !holds(frame, 16)) break;
    open.push([frame.readUInt32BE(0), at + 24]);
    if (frame.readUInt32BE(4) === 0) continue;
    for (const [page, position] of open) committed.set(page, position);
    open = [];
  }
  return committed;
}

type ReadPage = (page: number) => Buffer;

/** The payloads of a table's rows, from its root page on. */
function* rows(
  readPage: ReadPage,
  root: number,
  usable: number,
  seen = new Set<number>(),
): Generator<Buffer> {
  if (seen.has(root)) throw new Error('a page occurs in the tree twice');
  seen.add(root);
  const page = readPage(root);
  const start = root === 1 ? 100 : 0;
  const kind = page.readUInt8(start);
  if (kind !== LEAF && kind !== INTERIOR) throw new Error('a page does not belong to a table');
  const cells = start + (kind === LEAF ? 8 : 12);
  for (let cell = 0; cell < page.readUInt16BE(start + 3); cell++) {
    const at = page.readUInt16BE(cells + 2 * cell);
    if (kind === LEAF) yield payload(readPage, page, at, usable);
    else yield* rows(readPage, page.readUInt32BE(at), usable, seen);
  }
  if (kind === INTERIOR) yield* rows(readPage, page.readUInt32BE(start + 8), usable, seen);
}

function payload(readPage: ReadPage, page: Buffer, at: number, usable: number): Buffer {
  const { value: length, next } = varint(page, at);
  if (length > LARGEST) throw new Error('a row is too large');
  const { next: begin } = varint(page, next);
  const largest = usable - 35;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const rest = least + ((length - least) % (usable - 4));
  const local = length <= largest ? length : rest <= largest ? rest : least;
  const parts = [page.subarray(begin, begin + local)];
  let overflow = local < length ? page.readUInt32BE(begin + local) : 0;
  for (let left = length - local; left > 0; left -= usable - 4) {
    const more = readPage(overflow);
    parts.push(more.subarray(4, 4 + Math.min(left, usable - 4)));
    overflow = more.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

/** The text values of a row; undefined for values of other types. */
function texts(row: Buffer): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  const header = varint(row, 0);
  let at = header.value;
  for (let next = header.next; next < header.value; ) {
    const type = varint(row, next);
    next = type.next;
    const size =
      type.value >= 12 ? Math.floor((type.value - 12) / 2) : ([0, 1, 2, 3, 4, 6, 8, 8][type.value] ?? 0);
    const isText = type.value >= 13 && type.value % 2 === 1;
    found.push(isText ? row.toString('utf8', at, at + size) : undefined);
    at += size;
  }
  return found;
}

/**
 * The statements that made the objects of a SQLite database, sorted by type and name. The file is only read.
 * No process may write to it at the same time.
 * @param log path of its write-ahead log
 * @throws Error with the defect of the file
 */
export function readSqliteSchema(file: string, log: string): string[] {
  const journal = statSync(`${file}-journal`, { throwIfNoEntry: false });
  if (journal !== undefined && journal.size > 0) throw new Error('a transaction has to be rolled back first');
  return withFile(file, (main) => {
    const header = readAt(main, 0, 100);
    if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
      throw new Error('the file is not an SQLite database');
    }
    const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    const usable = pageSize - header.readUInt8(20);
    if (pageSize < 512 || usable < 480) throw new Error('the file is not an SQLite database');
    const read = (logged: Map<number, number>, wal: number) => {
      const readPage: ReadPage = (page) => {
        const position = logged.get(page);
        if (position !== undefined) return readAt(wal, position, pageSize);
        return readAt(main, (page - 1) * pageSize, pageSize);
      };
      if (readPage(1).readUInt32BE(56) !== UTF_8) throw new Error('the texts are not UTF-8');
      return [...rows(readPage, 1, usable)].map(texts);
    };
    const found = existsSync(log)
      ? withFile(log, (wal) => read(committedPages(wal, pageSize), wal))
      : read(new Map(), -1);
    return found
      .map(([kind, name, , , sql]) => ({ key: `${kind}\0${name}`, sql }))
      .sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)))
      .flatMap(({ sql }) => (sql === undefined ? [] : [sql]));
  });
}

const BLOCK_BYTES = 512;

export interface TarFile {
  /** At most 100 bytes, without leading slash. */
  readonly path: string;
  readonly mode: number;
  readonly content: Buffer;
}

/** A symbolic link. */
export interface TarLink {
  readonly path: string;
  /** What the link says, at most 100 bytes. */
  readonly link: string;
}

export type TarEntry = TarFile | TarLink;

/**
 * A tar archive (POSIX ustar) of small files and links, owned by root and dated 1970, so that it depends only on
 * the files.
 */
export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) =>
    'link' in entry
      ? [header(entry.path, 0o777, 0, entry.link)]
      : [
          header(entry.path, entry.mode, entry.content.length),
          entry.content,
          Buffer.alloc(-entry.content.length & (BLOCK_BYTES - 1)),
        ],
  );
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function header(path: string, mode: number, size: number, link?: string): Buffer {
  for (const text of [path, link ?? '']) {
    if (Buffer.byteLength(text) > 100) throw new RangeError(`too long for a tar header: ${text}`);
  }
  const bytes = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, width: number) => value.toString(8).padStart(width - 1, '0');
  bytes.write(path, 0);
  bytes.write(octal(mode, 8), 100);
  bytes.write(octal(0, 8), 108);
  bytes.write(octal(0, 8), 116);
  bytes.write(octal(size, 12), 124);
  bytes.write(octal(0, 12), 136);
  bytes.write('        ', 148); // the checksum counts its own field as blanks
  bytes.write(link === undefined ? '0' : '2', 156);
  bytes.write(link ?? '', 157);
  bytes.write('ustar\x0000', 257, 'latin1');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${octal(sum, 7)}\0 `, 148, 'latin1');
  return bytes;
}

const BLOCK_BYTES = 512;

export interface TarFile {
  /** At most 100 bytes, without leading slash. */
  readonly path: string;
  readonly mode: number;
  readonly content: Buffer;
}

/**
 * A tar archive (POSIX ustar) of small files, owned by root and dated 1970, so that it depends only on the
 * files.
 */
export function tar(files: readonly TarFile[]): Buffer {
  const blocks = files.flatMap(({ path, mode, content }) => [
    header(path, mode, content.length),
    content,
    Buffer.alloc(-content.length & (BLOCK_BYTES - 1)),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function header(path: string, mode: number, size: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`too long for a tar header: ${path}`);
  const bytes = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, width: number) => value.toString(8).padStart(width - 1, '0');
  bytes.write(path, 0);
  bytes.write(octal(mode, 8), 100);
  bytes.write(octal(0, 8), 108);
  bytes.write(octal(0, 8), 116);
  bytes.write(octal(size, 12), 124);
  bytes.write(octal(0, 12), 136);
  bytes.write('        ', 148); // the checksum counts its own field as blanks
  bytes.write('0', 156);
  bytes.write('ustar\x0000', 257, 'latin1');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${octal(sum, 7)}\0 `, 148, 'latin1');
  return bytes;
}

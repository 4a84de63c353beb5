/** A file of an image: a name without directories, at most 30 characters. */
export interface IsoFile {
  readonly name: string;
  readonly content: string;
}

const SECTOR = 2048;
const DESCRIPTOR = 16;
const TABLES = DESCRIPTOR + 2;
const ROOT = TABLES + 2;
const FILES = ROOT + 1;

/**
 * An ISO 9660 image (ECMA-119) with a few files in its root directory, which is all that a NoCloud seed
 * needs. Names are written as given, also in lower case, because Linux reads such names without extensions.
 *
 * @param label volume label, e.g. `CIDATA`
 */
export function isoImage(label: string, files: readonly IsoFile[]): Buffer {
  let sector = FILES;
  const placed = [...files]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, content }) => {
      const data = Buffer.from(content);
      const at = sector;
      // An empty file has a sector, so that no two files begin at the same one.
      sector += Math.max(1, Math.ceil(data.length / SECTOR));
      return { name: `${name};1`, data, at };
    });
  const image = Buffer.alloc(sector * SECTOR);
  descriptor(label, sector).copy(image, DESCRIPTOR * SECTOR);
  Buffer.from('\xffCD001\x01', 'latin1').copy(image, (DESCRIPTOR + 1) * SECTOR);
  pathTable('LE').copy(image, TABLES * SECTOR);
  pathTable('BE').copy(image, (TABLES + 1) * SECTOR);
  const entries = [
    record('\0', ROOT, SECTOR, true),
    record('\x01', ROOT, SECTOR, true),
    ...placed.map(({ name, data, at }) => record(name, at, data.length, false)),
  ];
  const directory = Buffer.concat(entries);
  if (directory.length > SECTOR) throw new RangeError('too many files for one directory sector');
  directory.copy(image, ROOT * SECTOR);
  for (const { data, at } of placed) data.copy(image, at * SECTOR);
  return image;
}

/** The primary volume descriptor, ECMA-119 8.4. */
function descriptor(label: string, sectors: number): Buffer {
  const block = Buffer.alloc(SECTOR);
  block.write('\x01CD001\x01', 0, 'latin1');
  block.fill(' ', 8, 72);
  block.write(label, 40, 32, 'latin1');
  both32(sectors).copy(block, 80);
  both16(1).copy(block, 120);
  both16(1).copy(block, 124);
  both16(SECTOR).copy(block, 128);
  both32(pathTable('LE').length).copy(block, 132);
  block.writeUInt32LE(TABLES, 140);
  block.writeUInt32BE(TABLES + 1, 148);
  record('\0', ROOT, SECTOR, true).copy(block, 156);
  block.fill(' ', 190, 813);
  // Four dates that are not specified.
  block.fill('0000000000000000\0', 813, 881, 'latin1');
  block[881] = 1;
  return block;
}

/** The path table has one entry, the root: 9.4. */
function pathTable(order: 'LE' | 'BE'): Buffer {
  const entry = Buffer.alloc(10);
  entry[0] = 1;
  if (order === 'LE') {
    entry.writeUInt32LE(ROOT, 2);
    entry.writeUInt16LE(1, 6);
  } else {
    entry.writeUInt32BE(ROOT, 2);
    entry.writeUInt16BE(1, 6);
  }
  return entry;
}

/** A directory record, 9.1. Its date stays zero, so that equal files make an equal image. */
function record(name: string, sector: number, bytes: number, directory: boolean): Buffer {
  const length = 33 + name.length;
  const entry = Buffer.alloc(length + (length % 2));
  entry[0] = entry.length;
  both32(sector).copy(entry, 2);
  both32(bytes).copy(entry, 10);
  entry[25] = directory ? 2 : 0;
  both16(1).copy(entry, 28);
  entry[32] = name.length;
  entry.write(name, 33, 'latin1');
  return entry;
}

/** The standard writes numbers in both byte orders, one after the other. */
function both32(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value);
  bytes.writeUInt32BE(value, 4);
  return bytes;
}

function both16(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(value);
  bytes.writeUInt16BE(value, 2);
  return bytes;
}

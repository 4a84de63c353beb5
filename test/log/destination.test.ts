import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openWhenPossible, openWithoutWaiting } from '../../src/log/descriptors.ts';
import { createDestination } from '../../src/log/destination.ts';
import { createLogger, logToFile } from '../../src/log/logger.ts';

const root = mkdtempSync(join(tmpdir(), 'cornac-log-'));
after(() => rmSync(root, { recursive: true }));

function describeLoss(lines: number) {
  return `${lines} lost\n`;
}

/** Descriptors of both ends of a pipe; reads do not block. */
function makePipe(name: string) {
  const path = join(root, name);
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reader, writer: openSync(path, constants.O_WRONLY) };
}

function readAll(descriptor: number): string {
  const buffer = Buffer.alloc(65_536);
  let text = '';
  try {
    for (let size = -1; size !== 0; text += buffer.toString('utf8', 0, size)) {
      size = readSync(descriptor, buffer);
    }
  } catch {
    // The pipe is empty now.
  }
  return text;
}

for (const [what, open] of [
  ['a device that is full', () => openSync('/dev/full', 'w')],
  ['a descriptor that is closed', () => 4242],
  ['a descriptor that cannot be had', () => undefined],
  ['a descriptor for reading', () => openSync('/dev/null', 'r')],
] as const) {
  test(`${what}: the lines are lost and no write throws`, () => {
    const destination = createDestination({ open, describeLoss });
    for (let line = 0; line < 3; line++) destination.write(`${line}\n`);
    assert.equal(destination.lost, 3);
  });
}

test('a pipe without a reader: the lines are lost and no write throws', () => {
  const { reader, writer } = makePipe('gone');
  closeSync(reader);
  const destination = createDestination({ open: () => writer, describeLoss });
  destination.write('a\nb\n');
  assert.equal(destination.lost, 2);
  closeSync(writer);
});

test('a log that can be written again begins with the number of lost lines', () => {
  const file = join(root, 'again');
  let works = false;
  const opened = openWhenPossible(file);
  const destination = createDestination({ open: () => (works ? opened() : undefined), describeLoss });
  destination.write('a\n');
  destination.write('b\n');
  works = true;
  destination.write('c\n');
  destination.write('d\n');
  assert.equal(readFileSync(file, 'utf8'), '2 lost\nc\nd\n');
  assert.equal(destination.lost, 2);
});

test('a reader that pauses blocks no write and then gets whole lines', async () => {
  const { reader, writer } = makePipe('slow');
  const descriptor = openWithoutWaiting(writer);
  const destination = createDestination({ open: () => descriptor, describeLoss, capacity: 100_000 });
  const line = `${'x'.repeat(999)}\n`;
  for (let count = 0; count < 400; count++) destination.write(line);
  const { lost } = destination;
  assert.ok(lost > 100 && lost < 350, `${lost} of 400`);

  let text = readAll(reader);
  const settled = destination.settled(60_000);
  const reading = setInterval(() => {
    text += readAll(reader);
  }, 1);
  await settled;
  destination.write(line);
  clearInterval(reading);
  text += readAll(reader);
  assert.equal(destination.lost, lost);
  assert.equal(text, `${line.repeat(400 - lost)}${lost} lost\n${line}`);
  for (const each of [reader, writer, descriptor]) closeSync(each);
});

test('unread lines do not delay the end of a process', async () => {
  const { reader, writer } = makePipe('ending');
  const descriptor = openWithoutWaiting(writer);
  const destination = createDestination({ open: () => descriptor });
  for (let count = 0; count < 100; count++) destination.write(`${'x'.repeat(999)}\n`);
  await destination.settled(1);
  assert.ok(destination.lost > 0);
  for (const each of [reader, writer, descriptor]) closeSync(each);
});

test('a logger does not throw for a value that cannot be serialized', () => {
  const file = join(root, 'logger');
  const log = createLogger(logToFile(file), 'trace', 'test').child({ a: 1 });
  const hostile = {
    get message(): string {
      throw new Error('no');
    },
    toJSON() {
      throw new Error('neither');
    },
  };
  log.info({ hostile, err: hostile }, 'first');
  log.child(hostile).info('second');
  log.info('third');
  assert.match(readFileSync(file, 'utf8'), /"msg":"third"/);
});

test('a full file system: the lost lines are reported once space is free again', (t) => {
  if (process.getuid?.() !== 0) return t.skip('mounting wants root');
  const program = join(import.meta.dirname, 'full-disk.ts');
  const directory = join(root, 'disk');
  execFileSync('mkdir', [directory]);
  const script = `mount -t tmpfs -o size=16k none "$1" && exec "$2" --import tsx "$3" "$1"`;
  const output = execFileSync(
    'unshare',
    ['--mount', 'sh', '-c', script, 'sh', directory, process.execPath, program],
    { encoding: 'utf8', cwd: join(import.meta.dirname, '../..') },
  );
  const { lost, lines } = JSON.parse(output);
  assert.ok(lost > 10, `${lost} lost`);
  assert.deepEqual(lines.slice(-2), [`${lost} lines were lost`, 'after']);
  assert.equal(lines.filter((line: string) => line === 'torn').length, 1);
});

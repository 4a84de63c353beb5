import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createChildLog } from '../../src/supervisor/child-log.ts';

test('a log that has grown large is put aside while its child goes on writing', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-log-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const log = createChildLog(directory, 'worker');
  log.tidy();
  log.withDescriptor((descriptor) => {
    writeSync(descriptor, 'small\n');
    log.tidy();
    assert.equal(readFileSync(log.file, 'utf8'), 'small\n');

    appendFileSync(log.file, 'x'.repeat(11 * 1024 * 1024));
    writeSync(descriptor, '\nbefore\n');
    log.tidy();
    writeSync(descriptor, 'after\n');
  });
  assert.equal(readFileSync(log.file, 'utf8'), 'after\n');
  assert.deepEqual(log.tail(2), ['after']);
  assert.match(readFileSync(`${log.file}.1`, 'utf8').slice(-20), /x\nbefore\n$/);
  for (const file of [log.file, `${log.file}.1`]) assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a log that cannot be put aside is emptied all the same', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-log-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const log = createChildLog(directory, 'worker');
  // What a full disk says is said here by a directory in the place of the copy.
  mkdirSync(`${log.file}.1`);
  appendFileSync(log.file, 'x'.repeat(11 * 1024 * 1024));
  log.tidy();
  assert.equal(statSync(log.file).size, 0);
});

test('the end of a log is fit for a terminal: the beginning of a long line, and no control character', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-log-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const log = createChildLog(directory, 'temporal');
  appendFileSync(log.file, `first\n${'x'.repeat(5_000)}\n\x1b[2Jlast\n`);
  assert.deepEqual(log.tail(2), ['x'.repeat(300), ' [2Jlast']);
});

test('what was written to a log since a moment is known, and nothing where it was emptied meanwhile', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-log-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const log = createChildLog(directory, 'temporal');
  assert.equal(log.size(), 0);
  assert.equal(log.since(0), '');
  appendFileSync(log.file, 'before\n');
  const size = log.size();
  appendFileSync(log.file, 'after\n');
  assert.equal(log.since(size), 'after\n');
  rmSync(log.file);
  appendFileSync(log.file, 'new\n');
  assert.equal(log.since(size), '');
});

import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createChildLog } from '../../src/supervisor/child-log.ts';

test('a large log is moved to `.1` while its child continues to write', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-log-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const log = createChildLog(directory, 'worker');
  log.rotate();
  log.withDescriptor((descriptor) => {
    writeSync(descriptor, 'small\n');
    log.rotate();
    assert.equal(readFileSync(log.file, 'utf8'), 'small\n');

    appendFileSync(log.file, 'x'.repeat(11 * 1024 * 1024));
    writeSync(descriptor, '\nbefore\n');
    log.rotate();
    writeSync(descriptor, 'after\n');
  });
  assert.equal(readFileSync(log.file, 'utf8'), 'after\n');
  assert.deepEqual(log.tail(2), ['after']);
  assert.match(readFileSync(`${log.file}.1`, 'utf8').slice(-20), /x\nbefore\n$/);
  for (const file of [log.file, `${log.file}.1`]) assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a large log that cannot be copied is emptied', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-log-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const log = createChildLog(directory, 'worker');
  // A directory in the place of the copy fails the copy as a full disk does.
  mkdirSync(`${log.file}.1`);
  appendFileSync(log.file, 'x'.repeat(11 * 1024 * 1024));
  log.rotate();
  assert.equal(statSync(log.file).size, 0);
});

test('tail cuts long lines and removes control characters', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-log-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const log = createChildLog(directory, 'temporal');
  appendFileSync(log.file, `first\n${'x'.repeat(5_000)}\n\x1b[2Jlast\n`);
  assert.deepEqual(log.tail(2), ['x'.repeat(300), ' [2Jlast']);
});

test('since returns what was written behind a size, and nothing for a new, shorter log', (t) => {
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

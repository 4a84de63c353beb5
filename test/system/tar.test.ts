import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { tar } from '../../src/system/tar.ts';

test('tar unpacks the files with their modes', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'cornac-tar-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const files = [
    { path: 'empty', mode: 0o644, content: Buffer.alloc(0) },
    { path: 'whole-block', mode: 0o755, content: Buffer.alloc(512, 'x') },
    { path: 'more', mode: 0o600, content: Buffer.from('ü'.repeat(600)) },
  ];
  const links = [{ path: 'below/link', link: 'file' }];
  const below = { path: 'below/file', mode: 0o644, content: Buffer.from('below') };
  execFileSync('tar', ['-x', '-C', dir], { input: tar([...files, below, ...links]) });
  assert.equal(readFileSync(join(dir, 'below/link'), 'utf8'), 'below');
  for (const { path, mode, content } of files) {
    assert.deepEqual(readFileSync(join(dir, path)), content);
    assert.equal(statSync(join(dir, path)).mode & 0o777, mode);
  }
});

test('a path that is too long for a header is refused', () => {
  assert.throws(() => tar([{ path: 'x'.repeat(101), mode: 0o644, content: Buffer.alloc(0) }]), RangeError);
});

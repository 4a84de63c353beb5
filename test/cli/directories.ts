import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

const root = mkdtempSync(join(tmpdir(), 'cornac-cli-'));
after(() => rmSync(root, { recursive: true }));

let count = 0;
export function directory(): string {
  const path = join(root, String(count++));
  mkdirSync(path);
  return path;
}
export function state() {
  return { CORNAC_STATE_DIR: directory() };
}
/** The state of a host that has the secret key. */
export function bootstrapped() {
  const env = state();
  writeFileSync(join(env.CORNAC_STATE_DIR, 'secret.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`);
  return env;
}

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';

// Only histories since 0.3, because older ones contain addresses, host keys and directories.
const names = (await readdir(import.meta.dirname)).filter((name) => /^(?!0\.[12]\b).*\.json$/.test(name));

/** Every payload of a history, in clear text. */
function payloadsOf(value: unknown): string[] {
  if (!(value instanceof Object)) return [];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString()];
  return Object.values(value).flatMap(payloadsOf);
}

test('the directory has histories to check', () => assert.ok(names.length >= 20));

for (const name of names) {
  test(`${name} contains no address, key, path or machine name`, async () => {
    const text = await readFile(new URL(name, import.meta.url), 'utf8');
    const said = payloadsOf(historyFromJSON(JSON.parse(text))).join('\n');
    assert.match(said, /operationId|null|\[\]/, 'there is something to read');
    for (const pattern of [
      /\b127\.\d+\.\d+\.\d+/,
      /ssh-ed25519/,
      /guestRoot|\/tmp\//,
      /cornac-recorded/,
      /SCRAM/,
    ]) {
      assert.doesNotMatch(said, pattern);
    }
  });
}

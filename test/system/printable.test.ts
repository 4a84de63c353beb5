import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toFailure } from '../../src/activities/failure.ts';
import { publicFailure } from '../../src/activities/public-failure.ts';
import { plainText } from '../../src/cli/plain-text.ts';
import { GuestBusy } from '../../src/guest/busy.ts';
import { createGuest } from '../../src/guest/guest.ts';
import { parseNotices } from '../../src/guest/notices.ts';
import { ProviderError } from '../../src/providers/provider.ts';
import { SshError } from '../../src/ssh/error.ts';
import { printable } from '../../src/system/printable.ts';
import { guestScriptsDir } from '../support/local/world.ts';
import { unreachedMachine } from '../support/unreached-machine.ts';

/** All of C0 except tab and line feed, DEL, C1, the characters that change text direction, and half a pair. */
const HARM = [
  ...Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter((character) =>
    /[^\P{Cc}\n\t]/u.test(character),
  ),
  ...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069',
  // In this order they form no surrogate pair.
  '\udfff',
  '\ud800',
].join('');
const harmless = /^[^\p{Cc}\p{Bidi_Control}\p{Surrogate}]*$/u;
function isHarmless(text: string) {
  return harmless.test(text.replaceAll(/[\n\t]/g, ''));
}
const attack = `stop: pwn \u001b[31m${HARM}\u001b]0;title\u0007${'x'.repeat(1_000_000)}${HARM}`;

test('each harmful character becomes a replacement character', () => {
  assert.equal(printable(`a${HARM}b`), `a${'\u{fffd}'.repeat([...HARM].length)}b`);
  assert.equal(printable('ä\n\tŁ😀'), 'ä\n\tŁ😀');
});

describe('only plain text of a guest gets into', () => {
  const errors = {
    'an SSH error': new SshError('CommandFailed', attack, { exitCode: 1, stderr: attack }),
    'a refusal of a verb': new SshError('CommandFailed', attack, { exitCode: 65, stderr: attack }),
    'an error of the provider': new ProviderError('Unavailable', attack),
  };
  for (const [what, error] of Object.entries(errors)) {
    test(`${what}, its failure in a history, and its event`, () => {
      assert.ok(isHarmless(error.message));
      if (error instanceof SshError) assert.ok(isHarmless(error.stderr));
      const { message, details } = toFailure(error, 0) as { message: string; details?: unknown[] };
      for (const text of [message, ...((details ?? []) as string[])]) assert.ok(isHarmless(text));
      assert.match(publicFailure(error), /^[ -~]{1,200}$/);
      assert.ok(isHarmless(plainText(message)));
    });
  }

  const machine = unreachedMachine('cornac-pwn');
  const saying = (stdout: string) =>
    createGuest({
      ssh: { run: async () => ({ stdout, stderr: '' }), close: async () => {} },
      scriptsDir: guestScriptsDir,
    });

  test('a notice or a version', async () => {
    assert.deepEqual(parseNotices(`note: a${HARM}\nnote: ${attack}\nnote: good`), ['good']);
    const { engineVersion, notices } = await saying(
      `postgres (PostgreSQL) 15.7${HARM}\nnote: \u001b[31m`,
    ).startPostgres(machine);
    assert.deepEqual([engineVersion, notices], ['15.7', []]);
  });

  test('a status: an unknown answer counts as busy, on which nothing is done', async () => {
    assert.equal(await saying(`none${HARM}`).postgresStatus(machine), 'busy');
    assert.equal(await saying(attack).postgresStatus(machine), 'busy');
    assert.equal(await saying('none\n').postgresStatus(machine), 'none');
  });

  test('progress reports of a running verb', async () => {
    const run = async () => {
      throw new SshError('CommandFailed', attack, { exitCode: 75, stderr: attack });
    };
    const ssh = { run, close: async () => {} };
    const guest = createGuest({ ssh, scriptsDir: guestScriptsDir, retryMs: () => 0 });
    const said: string[] = [];
    const report = (message: string) => void said.push(message);
    await assert.rejects(guest.startPostgres(machine, { report }), (error) => {
      assert.ok(error instanceof GuestBusy && isHarmless(error.message) && isHarmless(error.report));
      return true;
    });
    assert.ok(said.length > 0 && said.every(isHarmless));
  });
});

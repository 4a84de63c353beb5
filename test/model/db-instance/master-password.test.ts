import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuseBadMasterPassword } from '../../../src/model/db-instance/master-password.ts';

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const FORBIDDEN = ['/', '"', '@'];

for (const character of PRINTABLE) {
  const allowed = !FORBIDDEN.includes(character);
  test(`a password ${allowed ? 'may' : 'must not'} contain '${character}'`, () => {
    const check = () => refuseBadMasterPassword(`secret${character}word`);
    if (allowed) check();
    else assert.throws(check, { code: 'InvalidParameterValue' });
  });
}

for (const password of ['C0nfidentiel', "C0nf'de tie!", 'a'.repeat(8), 'a'.repeat(128), '        ']) {
  test(`a password of ${password.length} characters is accepted: ${password.slice(0, 12)}`, () => {
    refuseBadMasterPassword(password);
  });
}

for (const [what, password, words] of [
  ['7 characters', 'secret!', /shorter than 8/],
  ['129 characters', 'a'.repeat(129), /longer than 128/],
  ['a letter beyond ASCII', 'confidentiél', /printable ASCII/],
  ['a control character', 'secret\tword', /printable ASCII/],
  ['a line end', 'secretword\n', /printable ASCII/],
] as const) {
  test(`a password with ${what} is refused without being quoted`, () => {
    assert.throws(
      () => refuseBadMasterPassword(password),
      (error: Error) => words.test(error.message) && !error.message.includes(password),
    );
  });
}

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'smol-toml';
import { ConfigError } from '../../src/config/config-error.ts';
import { saveCredentials, saveOption, saveOptions } from '../../src/config/edit.ts';
import { generateKeyPair } from '../../src/config/key-pair.ts';

const root = mkdtempSync(join(tmpdir(), 'cornac-edit-'));
after(() => rmSync(root, { recursive: true }));

let count = 0;
function newFile(content?: string): string {
  const file = join(root, `${count++}.toml`);
  if (content !== undefined) writeFileSync(file, content, { mode: 0o644 });
  return file;
}

const pair = { accessKeyId: 'CORNACNEW00000000000', secretAccessKey: 'new' };
const line = 'CORNACNEW00000000000 = "new"';

async function saved(content: string): Promise<string> {
  const file = newFile(content);
  await saveCredentials(file, pair);
  return readFileSync(file, 'utf8');
}

describe('saving credentials', () => {
  const cases: readonly [string, string, string][] = [
    ['an empty file', '', `[CREDENTIALS]\n${line}\n`],
    ['other options', 'A = 1 # one\n', `A = 1 # one\n\n[CREDENTIALS]\n${line}\n`],
    ['a last line without an end', 'A = 1', `A = 1\n\n[CREDENTIALS]\n${line}\n`],
    ['a table', '# a\n[CREDENTIALS]\nOLD = "o"\n# z\n', `# a\n[CREDENTIALS]\n${line}\nOLD = "o"\n# z\n`],
    ['an empty table at the end', '[CREDENTIALS]', `[CREDENTIALS]\n${line}`],
    ['a header with a comment', ' [ CREDENTIALS ] # c\n', ` [ CREDENTIALS ] # c\n${line}\n`],
    [
      "Windows' line ends",
      'A = 1\r\n[CREDENTIALS]\r\nO = "o"\r\n',
      `A = 1\r\n[CREDENTIALS]\r\n${line}\r\nO = "o"\r\n`,
    ],
    [
      'an inline table',
      'CREDENTIALS = { OLD = "o" } # c\nB = 1\n',
      `CREDENTIALS = { ${line}, OLD = "o" } # c\nB = 1\n`,
    ],
    ['an empty inline table', 'CREDENTIALS = {}\n', `CREDENTIALS = { ${line} }\n`],
    ['dotted keys', 'CREDENTIALS.OLD = "o"\n', `CREDENTIALS.${line}\nCREDENTIALS.OLD = "o"\n`],
    [
      'a text that looks like a table',
      'A = """\n[CREDENTIALS]\n"""\n[CREDENTIALS]\n',
      `A = """\n[CREDENTIALS]\n"""\n[CREDENTIALS]\n${line}\n`,
    ],
    ['a comment that looks like a table', '# [CREDENTIALS]\n', `# [CREDENTIALS]\n\n[CREDENTIALS]\n${line}\n`],
  ];
  for (const [what, before, expected] of cases) {
    test(`${what} keeps every byte and gains the pair`, async () =>
      assert.equal(await saved(before), expected));
  }

  test('a missing file is made with its directory, mode 0600', async () => {
    const file = join(root, 'new/dir/cornac.toml');
    await saveCredentials(file, pair);
    assert.equal(readFileSync(file, 'utf8'), `[CREDENTIALS]\n${line}\n`);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  test('a file open to all users gets mode 0600; a file open to its group keeps its mode', async () => {
    for (const [before, after] of [
      [0o644, 0o600],
      [0o600, 0o600],
      [0o664, 0o600],
      [0o640, 0o640],
      [0o660, 0o660],
      [0o400, 0o400],
    ] as const) {
      const file = newFile('A = 1\n');
      chmodSync(file, before);
      await saveCredentials(file, pair);
      assert.equal(statSync(file).mode & 0o777, after);
    }
  });

  test('a file keeps its owner and group', { skip: process.getuid?.() !== 0 }, async () => {
    const file = newFile('A = 1\n');
    chmodSync(file, 0o640);
    chownSync(file, 1234, 4321);
    await saveCredentials(file, pair);
    const { uid, gid, mode } = statSync(file);
    assert.deepEqual([uid, gid, mode & 0o777], [1234, 4321, 0o640]);
  });

  test('a link stays a link, and its target is written', async () => {
    const target = newFile('A = 1\n');
    const link = newFile();
    symlinkSync(target, link);
    await saveCredentials(link, pair);
    assert.match(readFileSync(target, 'utf8'), /CORNACNEW/);
    assert.ok(
      readdirSync(root, { withFileTypes: true }).some(
        (entry) => join(root, entry.name) === link && entry.isSymbolicLink(),
      ),
    );
  });

  test('a file that is not TOML stays unchanged', async () => {
    const file = newFile('A = \n');
    await assert.rejects(saveCredentials(file, pair));
    assert.equal(readFileSync(file, 'utf8'), 'A = \n');
  });

  test('a file that cannot be changed safely stays unchanged', async () => {
    const file = newFile('"CREDENTIALS" = { OLD = "o" }\n');
    await assert.rejects(saveCredentials(file, pair), ConfigError);
    assert.equal(readFileSync(file, 'utf8'), '"CREDENTIALS" = { OLD = "o" }\n');
  });

  test('concurrent saves of several processes lose nothing', async () => {
    const file = newFile('A = 1\n');
    const script = `
      import { saveCredentials } from ${JSON.stringify(join(import.meta.dirname, '../../src/config/edit.ts'))};
      await Promise.all([1, 2, 3, 4].map((n) =>
        saveCredentials(process.argv[1], { accessKeyId: 'CORNAC' + process.argv[2] + n, secretAccessKey: 's' })));`;
    const run = (id: string) =>
      promisify(execFile)(process.execPath, [
        '--import',
        'tsx',
        '--input-type=module',
        '-e',
        script,
        file,
        id,
      ]);
    await Promise.all([run('A'), run('B'), run('C')]);
    const table = parse(readFileSync(file, 'utf8'));
    assert.equal(Object.keys(table.CREDENTIALS ?? {}).length, 12);
    assert.equal(table.A, 1);
    assert.deepEqual(
      readdirSync(root).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });
});

test('an option goes before the first table', async () => {
  const file = newFile('# mine\n[CREDENTIALS]\nA = "b"\n');
  await saveOption(file, 'DATABASE_URL', 'postgresql://a:"b\\@c/d');
  assert.equal(
    readFileSync(file, 'utf8'),
    'DATABASE_URL = "postgresql://a:\\"b\\\\@c/d"\n# mine\n[CREDENTIALS]\nA = "b"\n',
  );
});

test('an option that the file already has is refused', async () => {
  const file = newFile('NETWORK = "a"\n');
  await assert.rejects(saveOption(file, 'NETWORK', 'b'), ConfigError);
});

test('key pairs have the form of AWS and are unique', () => {
  const pairs = Array.from({ length: 50 }, generateKeyPair);
  for (const { accessKeyId, secretAccessKey } of pairs) {
    assert.match(accessKeyId, /^CORNAC[A-Z2-7]{14}$/);
    assert.match(secretAccessKey, /^[A-Za-z0-9]{40}$/);
  }
  assert.equal(new Set(pairs.map(({ secretAccessKey }) => secretAccessKey)).size, 50);
});

describe('setting options', () => {
  const PORTS = { TEMPORAL_ADDRESS: '127.0.0.1:7300', LISTEN: 'localhost:6000' };
  const lines = 'LISTEN = "localhost:6000"\nTEMPORAL_ADDRESS = "127.0.0.1:7300"\n';
  for (const [name, before, after] of [
    ['no file', undefined, lines],
    ['a file without them', '# a\n[CREDENTIALS]\nA = "b"\n', `${lines}# a\n[CREDENTIALS]\nA = "b"\n`],
    [
      'a file with one of them',
      'A = 1\n  TEMPORAL_ADDRESS="127.0.0.1:1" # c\r\n[B]\nC = 1\n',
      'LISTEN = "localhost:6000"\r\nA = 1\n  TEMPORAL_ADDRESS="127.0.0.1:7300" # c\r\n[B]\nC = 1\n',
    ],
    ['a file with all of them', `# a\n${lines}`, `# a\n${lines}`],
  ] as const) {
    test(`in ${name}`, async () => {
      const file = newFile(before);
      await saveOptions(file, PORTS);
      assert.equal(readFileSync(file, 'utf8'), after);
    });
  }

  test('in a file where the name stands in a table: refused, and the file stays', async () => {
    const content = '[B]\nLISTEN = "c"\n';
    const file = newFile(content);
    await assert.rejects(saveOptions(file, PORTS), ConfigError);
    assert.equal(readFileSync(file, 'utf8'), content);
  });
});

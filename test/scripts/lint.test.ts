import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const RULE = /use startDeadline\(\) of src\/system\/deadline\.ts/g;

/** The output of `biome lint` with the project's rules on a project of these files. */
async function lint(t: TestContext, files: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'cornac-lint-'));
  t.after(() => rm(directory, { recursive: true }));
  const { $schema: _, vcs: __, ...rules } = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'));
  await writeFile(join(directory, 'biome.json'), JSON.stringify(rules));
  await cp(join(root, 'tools/lint'), join(directory, 'tools/lint'), { recursive: true });
  for (const [path, code] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), code);
  }
  const biome = join(root, 'node_modules/.bin/biome');
  const { status, stdout, stderr } = spawnSync(biome, ['lint', '--error-on-warnings', '.'], {
    cwd: directory,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

test('lint refuses AbortSignal.timeout() in every form and every folder', async (t) => {
  const ways = [
    'export const s = AbortSignal.any([AbortSignal.timeout(5), new AbortController().signal]);\n',
    'export const s = AbortSignal.timeout(5);\n',
    'export const f = AbortSignal.timeout;\n',
    'const { timeout } = AbortSignal;\nexport const s = timeout(5);\n',
    'export const s = globalThis.AbortSignal.timeout(5);\n',
  ];
  const folders = ['src', 'src/providers/local', 'scripts', 'bench', 'test'];
  const files = folders.flatMap((folder) =>
    ways.map((code, index) => [`${folder}/sample${index}.${folder === 'scripts' ? 'mjs' : 'ts'}`, code]),
  );
  const { status, output } = await lint(t, Object.fromEntries(files));
  assert.notEqual(status, 0);
  assert.ok((output.match(RULE) ?? []).length >= 10, output);
  // Biome shows at most twenty findings, so each folder and each form is also checked alone.
  for (const [path = '', code = ''] of files.filter((_, index) => index % (ways.length + 1) === 0)) {
    assert.match((await lint(t, { [path]: code })).output, new RegExp(RULE.source), path);
  }
});

test('lint also refuses AbortSignal.any() of controllers', async (t) => {
  const code = 'export const s = AbortSignal.any([new AbortController().signal]);\n';
  const { status, output } = await lint(t, { 'src/sample.ts': code });
  assert.notEqual(status, 0);
  assert.match(output, new RegExp(RULE.source));
});

const WRITE_FUNCTION = /write `function name\(\) \{…\}` instead of a constant/g;

test('lint refuses an untyped arrow function with a name in a module, and accepts a typed one', async (t) => {
  const refused = [
    'export const one = (a: number) => a;\n',
    'const two = async <T>(a: T): Promise<T> => a;\nexport { two };\n',
    'export const three = function () {\n  return 1;\n};\n',
    'export let four = () => 1;\n',
  ];
  for (const [index, code] of refused.entries()) {
    const { status, output } = await lint(t, { [`src/sample${index}.ts`]: code });
    assert.notEqual(status, 0, code);
    assert.equal(output.match(WRITE_FUNCTION)?.length, 1, output);
  }
  const taken = [
    'export const typed: (a: number) => number = (a) => a;',
    'export function outer() {\n  const inner = () => 1;\n  return { inner, member: () => 2 };\n}',
    'export const list = [1].map((x) => x);',
    "export const table = { test: (name: string) => name };\ntable.test('x');",
  ];
  const { status, output } = await lint(t, { 'src/sample.ts': `${taken.join('\n')}\n` });
  assert.equal(status, 0, output);
});

const NAME_SCALARS = /name it in SCREAMING_CASE with its unit/g;

test('lint refuses a module scalar of src in another case, and accepts tests and locals', async (t) => {
  const refused = [
    'export const pollMs = 200;',
    "export const prefix = 'A_';",
    'export const graceMs = 5 * -60_000;',
  ];
  for (const [index, code] of refused.entries()) {
    const { status, output } = await lint(t, { [`src/sample${index}.ts`]: `${code}\n` });
    assert.notEqual(status, 0, code);
    assert.equal(output.match(NAME_SCALARS)?.length, 1, output);
  }
  const taken = [
    'export const POLL_MS = 200;',
    'export let calls = 0;\nexport function reset(): void {\n  calls = 0;\n}',
    'export const half = POLL_MS.valueOf() / 2;',
    'export function local() {\n  const few = 3;\n  return few;\n}',
  ];
  const files = {
    'src/sample.ts': `${taken.join('\n')}\n`,
    'test/sample.ts': 'export const pollMs = 200;\n',
  };
  const { status, output } = await lint(t, files);
  assert.equal(status, 0, output);
});

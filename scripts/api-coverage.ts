import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rdsOperations } from '../src/api/protocol/schema.ts';
import { absentReads } from '../src/api/rds/absent/reads.ts';
import { actions } from '../src/api/rds/index.ts';
import { clientsOf } from './coverage.d/clients.ts';
import { reasonOf } from './coverage.d/not-offered.ts';

// node --import tsx scripts/api-coverage.ts: writes docs/api-coverage.md anew.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = 'docs/api-coverage.md';
/** Folders with tests that run real clients. */
const CLIENTS = ['test/acceptance', 'test/clients'];

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(posix.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|py|tf|yml|sh)$/.test(name))
      .map((name) => posix.join(folder, name))
      .sort();
  } catch {
    return [];
  }
}

function read(path: string): string {
  return readFileSync(posix.join(ROOT, path), 'utf8');
}

/** The file of src/api/rds that binds the operation to what it does. */
function sourceOf(operation: string, sources: ReadonlyMap<string, string>): string {
  const binding = new RegExp(`\\b(?:action|absentRead)\\(\\s*'${operation}'`);
  const [found] = [...sources].find(([, text]) => binding.test(text)) ?? [];
  if (!found) throw new Error(`no file below src/api/rds binds ${operation}`);
  return found;
}

/**
 * The test of the action: the file of the same name, else the first one in the folder of the resource that imports
 * the action, else the first one of all.
 */
function testOf(source: string, tests: ReadonlyMap<string, string>): string {
  const mirror = source.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts');
  if (tests.has(mirror)) return mirror;
  const importing = [...tests.keys()].filter((path) => tests.get(path)?.includes(`/${source}'`));
  const [found] = [
    ...importing.filter((path) => posix.dirname(path) === posix.dirname(mirror)),
    ...importing,
  ];
  if (!found) throw new Error(`no test below test/api/rds imports ${source}`);
  return found;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** The page, as the actions, the tests and the SDK's operations are now. */
export function apiCoverage(): string {
  const texts = (paths: readonly string[]) => new Map(paths.map((path) => [path, read(path)]));
  const sources = texts(filesBelow('src/api/rds'));
  const tests = texts(filesBelow('test/api/rds').filter((path) => path.endsWith('.test.ts')));
  const clients = [...texts(CLIENTS.flatMap(filesBelow)).values()];

  const offered = new Set(actions.map(({ name }) => name));
  const absent = new Set(absentReads.map(({ name }) => name));
  const operations = [...rdsOperations.keys()].sort();
  const rows = operations.map((name) => {
    if (!offered.has(name)) return [`\`${name}\``, reasonOf(name), '', ''];
    const test = testOf(sourceOf(name, sources), tests);
    return [
      `\`${name}\``,
      absent.has(name) ? 'empty list' : 'offered',
      `[${posix.relative('test/api/rds', test)}](../${test})`,
      clientsOf(name, clients).join(', '),
    ];
  });
  return `# API coverage

Written by \`node --import tsx scripts/api-coverage.ts\`, and compared with the code by a test. Of the ${operations.length} operations of
RDS, Cornac offers ${offered.size - absent.size}. ${absent.size} more read what Cornac never has: they answer with an empty list, and with AWS's fault for a name.
Every other operation answers \`InvalidAction\`. The last column has the clients that call the operation in tests of a whole stack.

${table(['operation', 'answer', 'test', 'clients'], rows)}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(posix.join(ROOT, PAGE), apiCoverage());

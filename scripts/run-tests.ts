import { existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec, tap } from 'node:test/reporters';

// node --import tsx scripts/run-tests.ts JOBS FILE…: runs the test files, JOBS at once, and the long ones first,
// because the whole run would otherwise wait for a long file that began last. The others keep their order. `node --test`
// always runs files in the order of their names.
const LONG = [
  'test/workflows/faults.test.ts',
  'test/acceptance/durability.test.ts',
  'test/acceptance/kill-anything.test.ts',
  'test/acceptance/clients.test.ts',
  'test/acceptance/outage.test.ts',
  'test/acceptance/workers.test.ts',
  'test/workflows/hosts.test.ts',
  'test/workflows/snapshot-faults.test.ts',
  'test/attack/psql.test.ts',
  'test/attack/local-user.test.ts',
  'test/attack/injection.test.ts',
  'test/clients/tls.test.ts',
];
/** Milliseconds. A file that takes longer has failed, because it may wait for ever for what a failed set-up has left. */
const FILE_MS = Number(process.env.TEST_FILE_MS ?? 1_200_000);
for (const file of LONG) {
  if (!existsSync(file)) throw new Error(`${file}: the list of long files names it, and it does not exist`);
}

const [jobs, ...files] = process.argv.slice(2);
const given = new Set(files);
const first = LONG.filter((file) => given.delete(file));
const tests = run({ files: [...first, ...given], concurrency: Number(jobs), timeout: FILE_MS });
tests.on('test:fail', ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1;
});
const lines = process.stdout.isTTY ? tests.compose(new spec()) : tests.compose(tap);
await pipeline(lines, process.stdout, { end: false });

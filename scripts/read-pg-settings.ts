import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Reads the parameters of PostgreSQL for `src/model/db-parameter-group/pg-settings.json`:
 *
 *     node --import tsx scripts/read-pg-settings.ts /usr/lib/postgresql/15/bin …
 *
 * with a directory of programs for each major version, of which none may be left out. A parameter has one entry for
 * consecutive versions that do not differ in it.
 */
const OUTPUT = join(import.meta.dirname, '../src/model/db-parameter-group/pg-settings.json');

// A single line, because the single-user mode takes one line as one statement. jsonb would sort the members.
const QUERY = `COPY (
  SELECT json_strip_nulls(json_build_object('name', lower(name), 'context', context, 'vartype', vartype, 'unit', unit,
    'min', min_val, 'max', max_val, 'values', enumvals, 'description', short_desc))
  FROM pg_settings WHERE context <> 'internal' AND name NOT LIKE '%.%' ORDER BY lower(name)) TO STDOUT;\n`.replaceAll(
  /\n +/g,
  ' ',
);

interface Setting {
  readonly name: string;
}

/** PostgreSQL refuses to run as root. */
function findUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [, , uid, gid] = execFileSync('getent', ['passwd', 'postgres'], { encoding: 'utf8' }).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function readSettings(programs: string): { major: number; settings: Setting[] } {
  const user = findUser();
  const data = mkdtempSync(join(tmpdir(), 'cornac-pg-settings-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(data, user.uid, user.gid);
  try {
    const options = { ...user, cwd: data, encoding: 'utf8' } as const;
    const initdb = ['-D', join(data, 'pgdata'), '-U', 'postgres', '--locale=C', '-E', 'UTF8', '-N'];
    execFileSync(join(programs, 'initdb'), initdb, options);
    const version = execFileSync(join(programs, 'postgres'), ['--version'], options);
    const output = execFileSync(
      join(programs, 'postgres'),
      ['--single', '-D', join(data, 'pgdata'), 'postgres'],
      {
        ...options,
        input: QUERY,
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
    // A prompt stands before the first row. COPY doubles backslashes.
    const rows = output
      .split('\n')
      .flatMap((line) => /\{".*\}$/.exec(line)?.[0].replaceAll('\\\\', '\\') ?? []);
    return { major: Number(/ (\d+)/.exec(version)?.[1]), settings: rows.map((row) => JSON.parse(row)) };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

const versions = process.argv
  .slice(2)
  .map(readSettings)
  .toSorted((a, b) => a.major - b.major);
const entries = new Map<string, { from: number; to: number; setting: Setting }>();
for (const { major, settings } of versions) {
  for (const setting of settings) {
    const content = JSON.stringify(setting);
    const before = entries.get(content);
    if (before && before.to === major - 1) before.to = major;
    else entries.set(content, { from: major, to: major, setting });
  }
}
const lines = [...entries.values()]
  .toSorted(
    (a, b) =>
      (a.setting.name < b.setting.name ? -1 : Number(a.setting.name > b.setting.name)) || a.from - b.from,
  )
  .map(({ from, to, setting: { name, ...rest } }) => `  ${JSON.stringify({ name, from, to, ...rest })}`);
writeFileSync(OUTPUT, `[\n${lines.join(',\n')}\n]\n`);
console.log(`${lines.length} entries of ${versions.map(({ major }) => major).join(', ')}`);

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { execProgram } from '../../system/fork-server.ts';

const HOMES = '/usr/lib/postgresql';

/** PostgreSQL versions on this computer, in the layout of Debian's packages. */
export async function listEngineVersions(): Promise<string[]> {
  const found = (await listMajors()).map(async (major) => {
    const answer = await execProgram(`/usr/lib/postgresql/${major}/bin/postgres`, ['--version']).catch(
      () => undefined,
    );
    const [, version] = answer?.stdout.match(/ (\d+\.\d+)/) ?? [];
    return version ? [version] : [];
  });
  return (await Promise.all(found)).flat();
}

/** Major versions of PostgreSQL on this computer. */
export async function listMajors(homes = HOMES): Promise<string[]> {
  const names = await readdir(homes).catch(() => []);
  return names.filter((name) => /^\d+$/.test(name));
}

/** Those of them whose instances offer only the extensions that PostgreSQL trusts: docs/decisions/0019. */
export async function listMajorsWithoutExtwlist(homes = HOMES): Promise<string[]> {
  const majors = await listMajors(homes);
  return majors.filter((major) => !existsSync(`${homes}/${major}/lib/pgextwlist.so`)).sort();
}

import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** PostgreSQL versions on this computer, in the layout of Debian's packages. */
export async function listEngineVersions(): Promise<string[]> {
  const found = (await listMajors()).map(async (major) => {
    const answer = await exec(`/usr/lib/postgresql/${major}/bin/postgres`, ['--version']).catch(
      () => undefined,
    );
    const [, version] = answer?.stdout.match(/ (\d+\.\d+)/) ?? [];
    return version ? [version] : [];
  });
  return (await Promise.all(found)).flat();
}

/** Major versions of PostgreSQL on this computer. */
export async function listMajors(): Promise<string[]> {
  const names = await readdir('/usr/lib/postgresql').catch(() => []);
  return names.filter((name) => /^\d+$/.test(name));
}

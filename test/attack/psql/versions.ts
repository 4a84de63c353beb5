import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface PostgresVersion {
  readonly major: number;
  /** Absent for the system's own, which every machine finds. */
  readonly home?: string;
}

const majorsIn = (directory: string): number[] =>
  existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => existsSync(join(directory, name, 'bin/postgres')))
        .map(Number)
        .filter((major) => major >= 13)
    : [];

/** Every version that this computer has: the system's, and those of scripts/setup.d/postgres-versions.sh. */
export const findVersions = (): readonly PostgresVersion[] => {
  const system = majorsIn('/usr/lib/postgresql');
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cornac/postgres');
  const others = majorsIn(cache).filter((major) => !system.includes(major));
  return [
    ...system.map((major) => ({ major })),
    ...others.map((major) => ({ major, home: join(cache, String(major)) })),
  ].sort((a, b) => a.major - b.major);
};

/** Programs below `home` where the users of machines reach them, too: a home directory is nobody else's to enter. */
export const publish = ({ major, home }: PostgresVersion, stateDir: string): string | undefined => {
  if (home === undefined) return undefined;
  const place = join(stateDir, 'postgres', String(major));
  mkdirSync(join(stateDir, 'postgres'), { recursive: true, mode: 0o755 });
  execFileSync('cp', ['-a', home, place]);
  return join(place, 'bin');
};

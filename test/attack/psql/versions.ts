import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface PostgresVersion {
  readonly major: number;
  /** Absent for the version of the system, which every machine finds. */
  readonly home?: string;
}

function majorsIn(directory: string): number[] {
  return existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => existsSync(join(directory, name, 'bin/postgres')))
        .map(Number)
        .filter((major) => major >= 13)
    : [];
}

/** Every version on this computer: the system's, and those of scripts/setup.d/postgres-versions.sh. */
export function findVersions(): readonly PostgresVersion[] {
  const system = majorsIn('/usr/lib/postgresql');
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cornac/postgres');
  const others = majorsIn(cache).filter((major) => !system.includes(major));
  return [
    ...system.map((major) => ({ major })),
    ...others.map((major) => ({ major, home: join(cache, String(major)) })),
  ].sort((a, b) => a.major - b.major);
}

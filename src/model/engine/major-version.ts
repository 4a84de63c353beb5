import { compareVersions, majorOf } from './engine-version.ts';

/** First and final release of each major: https://www.postgresql.org/support/versioning/ */
const RELEASES: Readonly<Record<string, readonly [first: string, final: string]>> = {
  12: ['2019-10-03', '2024-11-21'],
  13: ['2020-09-24', '2025-11-13'],
  14: ['2021-09-30', '2026-11-12'],
  15: ['2022-10-13', '2027-11-11'],
  16: ['2023-09-14', '2028-11-09'],
  17: ['2024-09-26', '2029-11-08'],
  18: ['2025-09-25', '2030-11-14'],
};

/** When PostgreSQL itself supports a major. */
export interface Lifecycle {
  readonly from: Date;
  readonly to: Date;
}

/** Undefined for a major that is newer than this table. */
export function lifecycleOf(major: string): Lifecycle | undefined {
  const [first, final] = RELEASES[major] ?? [];
  return first && final ? { from: new Date(first), to: new Date(final) } : undefined;
}

/** The majors of the versions, from old to new. */
export function majorsOf(versions: readonly string[]): string[] {
  return [...new Set([...versions].sort(compareVersions).map(majorOf))];
}

import type { CommittedRows } from './journal.ts';

/** The result of the check of rows. */
export interface RowFindings {
  readonly acknowledged: number;
  readonly missing: number;
  /** One line for each instance with missing rows. */
  readonly details: readonly string[];
}

/**
 * Searches every acknowledged row. An instance that could not be read has no rows.
 * @param found by DbiResourceId: the numbers of the existing rows
 * @param gone DbiResourceIds whose deletion was requested: their rows may be gone
 */
export function checkRows(
  committed: readonly CommittedRows[],
  found: ReadonlyMap<string, ReadonlySet<number>>,
  gone: ReadonlySet<string>,
): RowFindings {
  const rows = new Map<string, number[]>();
  for (const { resource, from, to } of committed) {
    if (gone.has(resource)) continue;
    const numbers = rows.get(resource) ?? [];
    for (let number = from; number <= to; number++) numbers.push(number);
    rows.set(resource, numbers);
  }
  let acknowledged = 0;
  let missing = 0;
  const details: string[] = [];
  for (const [resource, numbers] of rows) {
    const there = found.get(resource);
    const lacking = numbers.filter((number) => !there?.has(number));
    acknowledged += numbers.length;
    missing += lacking.length;
    if (lacking.length > 0) {
      details.push(
        `${resource}: ${there ? '' : 'could not be looked into, '}${lacking.length} of ${numbers.length} rows are missing: ` +
          `${lacking.slice(0, 10).join(', ')}${lacking.length > 10 ? ', …' : ''}`,
      );
    }
  }
  return { acknowledged, missing, details };
}

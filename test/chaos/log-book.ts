import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call, CommittedRows } from '../support/chaos/journal.ts';

/** Calls, answers and commits, in memory and, line by line, in a file. */
export interface LogBook {
  readonly calls: readonly Call[];
  readonly rows: readonly CommittedRows[];
  addCall(call: Call): void;
  addRows(rows: CommittedRows): void;
  /** Records anything else of interest: acts of the saboteur, ends of `up`. */
  note(what: string): void;
  /** Records it and prints it at once. */
  say(what: string): void;
}

export function openLogBook(directory: string): LogBook {
  const file = join(directory, 'journal.jsonl');
  const begun = Date.now();
  const calls: Call[] = [];
  const rows: CommittedRows[] = [];
  const write = (kind: string, content: object) =>
    appendFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), kind, ...content })}\n`, {
      mode: 0o600,
    });
  const note = (what: string) => write('note', { what });
  return {
    calls,
    rows,
    addCall(call) {
      calls.push(call);
      write('call', call);
    },
    addRows(committed) {
      rows.push(committed);
      write('rows', committed);
    },
    note,
    say(what) {
      note(what);
      console.log(`${((Date.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${what}`);
    },
  };
}

import type { LogFile } from './log-file.ts';
import type { LogPortion } from './log-portion.ts';

/** What a gateway wants to know of an instance's logs. */
export type LogQuestion =
  | { readonly kind: 'list' }
  | {
      readonly kind: 'read';
      /** The name on the machine. */
      readonly name: string;
      readonly lines: number;
      /** The first byte. Absent: the last lines. */
      readonly from?: number;
    };

/** What a worker found. */
export type LogAnswer =
  | { readonly kind: 'files'; readonly files: readonly LogFile[] }
  | { readonly kind: 'portion'; readonly portion: LogPortion }
  | { readonly kind: 'no-file' }
  /** The machine is off, or does not answer. */
  | { readonly kind: 'unreadable' };

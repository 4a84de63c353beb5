const MAX_LENGTH = 300;

/**
 * Untrusted text as one line of a list, a table or a history: each run of characters that a terminal would
 * obey, or that would break the line, becomes a blank. For texts of several lines see printable.ts.
 * @param longest the maximum number of characters
 */
export function oneLine(text: string, longest: number = MAX_LENGTH): string {
  return text.slice(0, longest).replace(/[\s\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
}

const LONGEST = 300;

/** Text that may be anybody's, fit for a terminal: one line, with no character that a terminal would obey. */
export function oneLine(text: string): string {
  return text.slice(0, LONGEST).replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
}

const LONGEST = 300;

/**
 * Text that may be anybody's, as one line of a list, a table or a history: runs of what a terminal would obey, or break
 * the line at, become a blank each. For texts of several lines see printable.ts.
 * @param longest so many characters are kept
 */
export function oneLine(text: string, longest: number = LONGEST): string {
  return text.slice(0, longest).replace(/[\s\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
}

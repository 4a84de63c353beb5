import { printable } from '../system/printable.ts';

/** A possible colour (SGR of ECMA-48): it is one where it begins with ESC. A group, so that `split` keeps it. */
const COLOUR = /(\p{Cc}\[[\d;]*m)/u;

/**
 * Makes text safe for a terminal, as the last step before it is written, because reasons, names and versions
 * in it come from guests, histories and hosts. The same as `printable`, except that Cornac's colours stay.
 */
export function plainText(text: string): string {
  return text
    .split(COLOUR)
    .map((part, index) => (index % 2 === 1 && part.startsWith('\u{1b}') ? part : printable(part)))
    .join('');
}

import { printable } from '../system/printable.ts';

/** Where a colour may be (SGR of ECMA-48): behind ESC it is one. In brackets, so that `split` keeps it. */
const COLOUR = /(\p{Cc}\[[\d;]*m)/u;

/**
 * All that goes to a terminal, as the last thing before it is written: reasons, names and versions in it come from guests,
 * histories and hosts. The same as `printable`, except that Cornac's colours stay.
 */
export function plainText(text: string): string {
  return text
    .split(COLOUR)
    .map((part, index) => (index % 2 === 1 && part.startsWith('\u{1b}') ? part : printable(part)))
    .join('');
}

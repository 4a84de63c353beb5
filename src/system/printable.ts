// Every control character but line ends and tabs, the characters that turn the direction of text (Unicode's Bidi_Control),
// and halves of surrogate pairs, which no encoding has.
const UNPRINTABLE = /[^\P{Cc}\n\t]|\p{Bidi_Control}|\p{Surrogate}/gu;

/**
 * Text of any number of lines that others wrote, as it may go into an error: from there it gets into histories, the inventory, logs and terminals.
 * PostgreSQL takes no NUL, and a terminal obeys control sequences. Each such character becomes U+FFFD.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\u{fffd}');
}

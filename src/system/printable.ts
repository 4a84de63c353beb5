// Every control character but line ends and tabs, the characters that change the direction of text (Unicode's
// Bidi_Control), and halves of surrogate pairs, which no encoding contains.
const UNPRINTABLE = /[^\P{Cc}\n\t]|\p{Bidi_Control}|\p{Surrogate}/gu;

/**
 * Untrusted text of any number of lines, in a form that an error may contain. Errors get into histories, the
 * inventory, logs and terminals. PostgreSQL refuses NUL, and a terminal obeys control sequences. Each such
 * character becomes U+FFFD.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\u{fffd}');
}

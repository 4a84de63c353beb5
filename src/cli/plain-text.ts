// Colours (SGR of ECMA-48), line ends and tabs are Cornac's own. The second part: every other control character, and the
// characters that turn the direction of text (Unicode's Bidi_Control).
const ALLOWED_OR_CONTROL = /\p{Cc}\[[\d;]*m|[^\P{Cc}\n\t]|\p{Bidi_Control}/gu;

/**
 * A text as a terminal may show it: reasons, names and versions in it come from guests, histories and hosts, and a
 * terminal obeys control sequences. Colours stay. Each other control character becomes U+FFFD.
 */
export function plainText(text: string): string {
  return text.replace(ALLOWED_OR_CONTROL, (found) =>
    found.length > 1 && found.startsWith('\u{1b}') ? found : '\u{fffd}',
  );
}

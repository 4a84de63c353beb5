/** The words of a text, separated by commas or blanks; none where there is no text. */
export function words(text = ''): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

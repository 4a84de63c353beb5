/**
 * One line without control characters. What a guest has printed may have line ends and colours of its own, and a name that
 * others gave may have a line end, which would look like another result.
 */
export function flat(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ');
}

const characters: Readonly<Record<string, string>> = { '%25': '%', '%2f': '/', '%5c': '\\' };

/**
 * A name of vCenter's inventory in the form that devices and file paths use. The inventory escapes these
 * three characters in names and paths; devices and file paths contain them unescaped.
 */
export function unescapeName(name: string): string {
  return name.replace(/%(?:25|2f|5c)/gi, (escaped) => characters[escaped.toLowerCase()] ?? escaped);
}

const characters: Readonly<Record<string, string>> = { '%25': '%', '%2f': '/', '%5c': '\\' };

/**
 * A name of vCenter's inventory as devices and paths of files have it. The inventory keeps these three characters
 * escaped, in names and in paths; devices and paths of files hold them as they are.
 */
export function unescapeName(name: string): string {
  return name.replace(/%(?:25|2f|5c)/gi, (escaped) => characters[escaped.toLowerCase()] ?? escaped);
}

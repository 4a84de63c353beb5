const command = Symbol('command');

/** A shell command with quoted values. Only `sh` makes one, so a plain string does not type-check as one. */
export interface Command {
  readonly text: string;
  readonly [command]: true;
}

/** A value in a command: a word, a number, a part made by `sh`, or a list of these, separated by blanks. */
export type Word = string | number | Command | readonly Word[];

/**
 * A command for a POSIX shell. Each value becomes one word, whatever it contains.
 *
 *     sh`install -m 600 ${path} ${files}`
 *
 * @throws TypeError on NUL, and on a value inside quotes of the template, because a second quoting would undo
 *   both
 */
export function sh(template: TemplateStringsArray, ...values: Word[]): Command {
  let text = template[0] ?? '';
  let quote = openQuote(text);
  for (const [index, value] of values.entries()) {
    if (quote) throw new TypeError(`value ${index + 1} is inside quotes: ${text}`);
    const literal = template[index + 1] ?? '';
    text += word(value) + literal;
    quote = openQuote(literal);
  }
  return { text, [command]: true };
}

function word(value: Word): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return quoted(String(value));
  if ('text' in value) return value.text;
  return value.map(word).join(' ');
}

function quoted(value: string): string {
  if (value.includes('\0')) throw new TypeError('a shell word cannot contain NUL');
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** The quote that is open at the end of `literal`; empty where none is. */
function openQuote(literal: string): string {
  let open = '';
  for (let i = 0; i < literal.length; i++) {
    const char = literal.charAt(i);
    if (char === '\\' && open !== "'") i++;
    else if (open) open = char === open ? '' : open;
    else if (char === "'" || char === '"' || char === '`') open = char;
  }
  return open;
}

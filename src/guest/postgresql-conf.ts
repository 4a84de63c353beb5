/**
 * Renders settings as lines of postgresql.conf.
 * @throws RangeError on an invalid name, and on a value of more than one line
 */
export function renderSettings(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      if (!/^[a-z_][a-z0-9_$]*(\.[a-z_][a-z0-9_$]*)?$/i.test(name)) {
        throw new RangeError(`not a setting: ${name}`);
      }
      if (/[\n\r\0]/.test(value)) throw new RangeError(`the value of ${name} is more than one line`);
      return `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'\n`;
    })
    .join('');
}

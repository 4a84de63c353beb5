/**
 * Renders settings as `configure` takes them: lines of postgresql.conf, and the line `--`, without which they
 * count as cut off.
 * @throws RangeError on an invalid name, and on a value of more than one line
 */
export function renderSettings(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings)
    .map(([name, value]) => {
      if (!/^[a-z_][a-z0-9_$]*(\.[a-z_][a-z0-9_$]*)?$/i.test(name)) {
        throw new RangeError(`not the name of a setting: ${name}`);
      }
      if (/[\n\r\0]/.test(value)) throw new RangeError(`the value of ${name} has more than one line`);
      return `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'\n`;
    })
    .join('');
  return `${lines}--\n`;
}

/** Why not everything can be started here, told for a person: the first line what, the others what to do. */
export class UpError extends Error {
  override readonly name = 'UpError';
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** Why not everything can be started here, told for a person: the first line what, the others what to do. */
export class UpError extends Error {
  override readonly name = 'UpError';
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** Starts what one can do without. That it does not start is told, and is no failure. */
export async function startOrTell(
  start: () => Promise<void>,
  say: (line: string) => void,
  without: string,
): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (!(error instanceof UpError)) throw error;
    for (const line of [...error.lines, without]) say(line);
  }
}

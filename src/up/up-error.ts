/** Why `cornac up` cannot start a part. The first line names the problem, the others the advice. */
export class UpError extends Error {
  override readonly name = 'UpError';
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** Starts an optional part. An UpError is printed, with the line `without`, and is no failure. */
export async function startOptional(
  start: () => Promise<void>,
  report: (line: string) => void,
  without: string,
): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (!(error instanceof UpError)) throw error;
    for (const line of [...error.lines, without]) report(line);
  }
}

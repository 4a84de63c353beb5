/** A failure that the user can correct. Its message is complete, so no stack trace is shown. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  /** What to do next. */
  readonly advice: string | undefined;
  /** 1: the operation failed. 2: an argument is wrong. */
  readonly exitCode: 1 | 2;

  constructor(message: string, advice?: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.advice = advice;
    this.exitCode = exitCode;
  }
}

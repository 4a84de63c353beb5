/** Something that a person can put right, told in full; it needs no stack trace. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  /** What to do next. */
  readonly advice: string | undefined;
  /** 1: the operation failed. 2: it was asked for wrongly. */
  readonly exitCode: 1 | 2;

  constructor(message: string, advice?: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.advice = advice;
    this.exitCode = exitCode;
  }
}

/** Several failures. Each is to be shown, because none is the cause of another. */
export class SeveralFailures extends AggregateError {
  override readonly name = 'SeveralFailures';

  constructor(failures: readonly unknown[]) {
    super(failures, failures.map((each) => (each instanceof Error ? each.message : String(each))).join('; '));
  }
}

/**
 * Runs the steps one after the other. A failed step does not prevent the others.
 * @throws the failure, or SeveralFailures, after all have ended
 */
export async function runAll(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 1) throw new SeveralFailures(failures);
  if (failures.length > 0) throw failures[0];
}

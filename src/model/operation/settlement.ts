/**
 * How a workflow reports why its operation did not succeed. No other text of a workflow gets into an event.
 */
export const settleCodes = ['cancelled', 'timed-out', 'failed', 'internal'] as const;

export type SettleCode = (typeof settleCodes)[number];

/** The code in an argument. A workflow of 0.2 passed a text instead, and a stranger may pass anything. */
export function readSettleCode(value: unknown): SettleCode {
  return settleCodes.find((code) => code === value) ?? 'failed';
}

/**
 * The reason in the event.
 * @param failure the reason that the failed step recorded, in words for users of the API
 */
export function settleReason(code: SettleCode, failure: string | undefined): string {
  switch (code) {
    case 'cancelled':
      return 'cancelled';
    case 'timed-out':
      return `no answer came in time${failure ? `; before that: ${failure}` : ''}`;
    case 'failed':
      return failure ?? 'internal error';
    case 'internal':
      return 'internal error';
    default:
      return code satisfies never;
  }
}

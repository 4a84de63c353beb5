import type { LatestOperation } from './outbox.ts';

const RETRY_FAILED_MS = 10 * 60_000;

/**
 * Whether the latest operation of a resource has this type and failed a short time ago. The reconciler then begins no
 * other one, because the reason may last, such as a machine that is unreachable or a repository that is full.
 */
export function hasFailedLately(
  latest: LatestOperation | undefined,
  type: LatestOperation['type'],
  now = new Date(),
): boolean {
  const failed = latest?.type === type && latest.state === 'failed' && latest.closedAt;
  return failed ? now.getTime() - failed.getTime() <= RETRY_FAILED_MS : false;
}

/**
 * One line of the runbook, as `cornac watch` and the Web UI show it. Times are in milliseconds since the
 * epoch.
 */
export interface Step {
  readonly name: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly startedAt: number;
  readonly endedAt?: number;
}

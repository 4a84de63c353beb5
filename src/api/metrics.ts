import { Counter, Histogram, Registry } from 'prom-client';

/** The metrics of the API. */
export interface ApiMetrics {
  /** Other parts register their metrics here; `/metrics` of the ops listener shows all of them. */
  readonly registry: Registry;
  /** @param code `OK`, or the code of the error in the answer */
  observe(call: { readonly action: string; readonly code: string; readonly seconds: number }): void;
}

/** Metrics of one gateway, in a registry of its own unless one is given. */
export function createApiMetrics(registry: Registry = new Registry()): ApiMetrics {
  const requests = new Counter({
    name: 'cornac_api_requests_total',
    help: 'Requests answered, by action and AWS error code.',
    labelNames: ['action', 'code'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'cornac_api_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['action', 'code'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return {
    registry,
    observe: ({ action, code, seconds }) => {
      requests.inc({ action, code });
      durations.observe({ action, code }, seconds);
    },
  };
}

/**
 * Exports how many lines of its log a process has lost; `lost` returns the count since the process started.
 */
export function countLostLines(registry: Registry, lost: () => number = () => 0): void {
  const counter = new Counter({
    name: 'cornac_log_lines_lost_total',
    help: 'Log lines that could not be written.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(lost());
    },
  });
  counter.inc(0);
}

/**
 * Counts the dispatcher's rounds in which an operation could not be started.
 * @returns the function that counts one round
 */
export function countDispatcherFailures(registry: Registry): () => void {
  const counter = new Counter({
    name: 'cornac_dispatcher_failures_total',
    help: 'Rounds of the dispatcher in which at least one pending operation could not be started.',
    registers: [registry],
  });
  counter.inc(0);
  return () => counter.inc();
}

/** What was opened and is to be closed, however the work ends. */
export interface Closers {
  add(close: () => Promise<unknown>): void;
  /** Closes all in the opposite order. What cannot be closed keeps nothing else open. */
  close(): Promise<void>;
}

/** An open connection keeps a process alive: who opens one adds its end before anything else may fail. */
export function createClosers(): Closers {
  const closers: (() => Promise<unknown>)[] = [];
  return {
    add: (close) => void closers.push(close),
    async close() {
      for (let close = closers.pop(); close; close = closers.pop()) await close().catch(() => {});
    },
  };
}

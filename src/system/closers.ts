/** Closes everything that was opened, however the work ends. */
export interface Closers {
  add(close: () => Promise<unknown>): void;
  /** Closes in the opposite order. A failure to close one keeps none of the others open. */
  close(): Promise<void>;
}

/** An open connection keeps a process alive, so its opener adds its end before anything else may fail. */
export function createClosers(): Closers {
  const closers: (() => Promise<unknown>)[] = [];
  return {
    add: (close) => void closers.push(close),
    async close() {
      for (let close = closers.pop(); close; close = closers.pop()) await close().catch(() => {});
    },
  };
}

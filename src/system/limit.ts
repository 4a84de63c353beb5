export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** Runs at most `size` pieces of work at once, and the others in the order of their arrival. */
export function createLimit(size: number): Limit {
  const waiting: (() => void)[] = [];
  let free = size;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

/** Wraps `object`, and records the names of all members that are read, present or not. */
export function recordReads<T extends object>(object: T): { input: T; reads: Set<string> } {
  const reads = new Set<string>();
  const input = new Proxy(object, {
    get(target, name, receiver) {
      if (typeof name === 'string') reads.add(name);
      return Reflect.get(target, name, receiver);
    },
  });
  return { input, reads };
}

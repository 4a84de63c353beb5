/**
 * What `work` gives within `ms`; undefined when it takes longer: its signal is aborted then, and it is waited for no
 * more, for not every wait ends at once when it is told to.
 * @param outer the caller's own signal, which `work` is to obey as well
 */
export const within = async <T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T | undefined> => {
  const deadline = new AbortController();
  const signal = outer ? AbortSignal.any([outer, deadline.signal]) : deadline.signal;
  const over = new Promise<undefined>((resolve) => {
    deadline.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const timer = setTimeout(() => deadline.abort(), ms);
  return Promise.race([work(signal), over]).finally(() => clearTimeout(timer));
};

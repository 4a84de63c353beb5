/** A machine's name is a host name. */
export const MAX_MACHINE_NAME_LENGTH = 63;

/** Name of the machine of an instance's first server, unless another server's machine has the name. */
export function firstMachineName(prefix: string, identifier: string): string {
  return `${prefix}${identifier}`;
}

/**
 * `<name>-<nth>`: the name for the `nth` machine that would be called `name`. The end of `name` is cut where
 * the result would be too long.
 */
export function laterMachineName(name: string, nth: number): string {
  const suffix = `-${nth}`;
  const kept = name.slice(0, MAX_MACHINE_NAME_LENGTH - suffix.length).replace(/-+$/, '');
  return `${kept}${suffix}`;
}

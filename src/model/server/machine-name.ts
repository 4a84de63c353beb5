/** A machine's name is a host name. */
export const LONGEST_MACHINE_NAME = 63;

/** Name of the machine that an instance's first server gets, unless another server's machine has it. */
export function firstMachineName(prefix: string, identifier: string): string {
  return `${prefix}${identifier}`;
}

/**
 * The name after `name` for the `nth` machine that would have it: `<name>-<nth>`, where that is too long with the end of
 * `name` left out.
 */
export function laterMachineName(name: string, nth: number): string {
  const suffix = `-${nth}`;
  const kept = name.slice(0, LONGEST_MACHINE_NAME - suffix.length).replace(/-+$/, '');
  return `${kept}${suffix}`;
}

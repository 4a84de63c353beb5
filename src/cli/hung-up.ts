/**
 * Whether a write failed because no reader is left: the reader of a pipe has ended (EPIPE), or the terminal
 * was closed (EIO). The work of the program, such as stopping machines, must continue.
 */
export function isHungUp(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'EIO';
}

/**
 * Whether a write failed because nobody is left to read it: the reader of a pipe has seen enough (EPIPE), or the terminal
 * was closed (EIO). What the program is doing, such as stopping machines, must go on then.
 */
export function isHungUp(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'EIO';
}

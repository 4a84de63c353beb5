import type { KexAlgorithm } from 'ssh2';

/**
 * Key exchanges whose cost does not depend on the machine. The machine chooses among them before Cornac has
 * checked its host key, so it may be an impostor. ssh2 1.17 also offers groups that the machine defines (RFC
 * 4419), and does not check their size: a group of 10,000 bits takes seconds, during which this process is
 * blocked.
 */
export const keyExchanges: KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
];

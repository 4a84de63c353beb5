import type { KexAlgorithm } from 'ssh2';

/**
 * Ways to agree on a key whose cost is ours to know. Before its host key is looked at, a machine that may be somebody
 * else's chooses among them. ssh2 1.17 also offers groups of a machine's own (RFC 4419) and does not look how large they
 * are: one of 10,000 bits costs seconds, in which this process does nothing else.
 */
export const keyExchanges: KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
];

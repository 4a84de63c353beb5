import ssh2 from 'ssh2';

export interface SshKeyPair {
  /** OpenSSH's private key file. */
  readonly private: string;
  /** `ssh-ed25519 AAAA…`, one line. */
  readonly public: string;
}

/** Type and key, each after its length in four bytes: RFC 8709, section 4. */
const PUBLIC_BYTES = 4 + 'ssh-ed25519'.length + 4 + 32;

/**
 * A new ed25519 key pair. ssh2 1.17 strips leading zero bytes from the public key as if it were a number, so
 * OpenSSH refuses one pair in 256 ("error in libcrypto"). Such a pair is thrown away.
 */
export function generateKeyPair(generate = () => ssh2.utils.generateKeyPairSync('ed25519')): SshKeyPair {
  for (;;) {
    const pair = generate();
    const [, body = ''] = pair.public.split(' ');
    if (Buffer.from(body, 'base64').length === PUBLIC_BYTES) {
      return { private: pair.private, public: pair.public.trim() };
    }
  }
}

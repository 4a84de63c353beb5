import type { SshKeyPair } from '../../ssh/key-pair.ts';
import { isoImage } from './iso9660.ts';

/** The identity of a clone, which differs from its origin's. */
export interface Identity {
  readonly hostname: string;
  /** Public keys that root lets in, in the form of authorized_keys. */
  readonly authorizedKeys: readonly string[];
}

/**
 * A NoCloud seed: an image with the label CIDATA that cloud-init reads. It also holds the same as plain files.
 * An origin without cloud-init reads these with a script of thirty lines (`cornac-identity` of the appliance).
 */
export function seedImage({ hostname, authorizedKeys }: Identity, hostKey: SshKeyPair): Buffer {
  const config = {
    hostname,
    ssh_deletekeys: true,
    ssh_keys: { ed25519_private: hostKey.private, ed25519_public: hostKey.public },
    ssh_pwauth: false,
    disable_root: false,
    users: [{ name: 'root', lock_passwd: true, ssh_authorized_keys: authorizedKeys }],
  };
  return isoImage('CIDATA', [
    {
      name: 'meta-data',
      content: `${JSON.stringify({ 'instance-id': hostname, 'local-hostname': hostname })}\n`,
    },
    // JSON is YAML, without any of its surprises.
    { name: 'user-data', content: `#cloud-config\n${JSON.stringify(config, undefined, 2)}\n` },
    { name: 'hostname', content: `${hostname}\n` },
    { name: 'authorized_keys', content: authorizedKeys.map((key) => `${key}\n`).join('') },
    { name: 'ssh_host_ed25519_key', content: hostKey.private },
    { name: 'ssh_host_ed25519_key.pub', content: `${hostKey.public}\n` },
  ]);
}

/**
 * The identity as systemd credentials in SMBIOS strings. Only its public parts, because they stand on QEMU's
 * command line. The guest makes its own host key, which is read through the guest agent.
 */
export function smbiosStrings({ hostname, authorizedKeys }: Identity): string[] {
  const keys = Buffer.from(authorizedKeys.map((key) => `${key}\n`).join(''));
  return [
    `io.systemd.credential:cornac.hostname=${hostname}`,
    `io.systemd.credential.binary:cornac.authorized_keys=${keys.toString('base64')}`,
  ];
}

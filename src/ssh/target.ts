/** How to reach a machine over SSH, with its pinned host key. */
export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Public host key in OpenSSH's one-line form, `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
}

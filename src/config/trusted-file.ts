import { lstatSync, statSync } from 'node:fs';
import { ConfigError } from './config-error.ts';

/** The user of the command. With sudo it is a person whose own files also count. */
export interface Caller {
  readonly uid: number | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Refuses a file in the working directory that a user other than its reader or root may have put there. Any
 * user may leave a file in /tmp, and the file decides which keys open the endpoint and where root writes.
 * @throws ConfigError
 */
export function refuseUntrustedFile(file: string, { uid, env }: Caller): void {
  if (uid === undefined) return;
  const sudoUid = uid === 0 && /^\d+$/.test(env.SUDO_UID ?? '') ? [Number(env.SUDO_UID)] : [];
  const trusted = [0, uid, ...sudoUid];
  // The owner of a link counts, and the owner of its target.
  const found = [lstatSync(file), statSync(file)];
  const owner = found.map((each) => each.uid).find((each) => !trusted.includes(each));
  const problem =
    owner !== undefined
      ? `belongs to the user ${owner}`
      : found[1] && found[1].mode & 0o002
        ? 'is writable by every user'
        : undefined;
  if (problem === undefined) return;
  throw new ConfigError([
    `${file}: ${problem}; if these are your settings, confirm this with CORNAC_CONFIG=${file}, otherwise run the command in another directory`,
  ]);
}

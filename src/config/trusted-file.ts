import { lstatSync, statSync } from 'node:fs';
import { ConfigError } from './config-error.ts';

/** Who runs the command: with sudo that is a person who has more files than root's. */
export interface Person {
  readonly uid: number | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * A file that merely lies in the working directory is believed where nobody but its reader and root can have put it there.
 * Anybody may leave one in /tmp, and it decides which keys open the endpoint and where root writes.
 * @throws ConfigError
 */
export function refuseStrangersFile(file: string, { uid, env }: Person): void {
  if (uid === undefined) return;
  const sudoUid = uid === 0 && /^\d+$/.test(env.SUDO_UID ?? '') ? [Number(env.SUDO_UID)] : [];
  const trusted = [0, uid, ...sudoUid];
  // A link is somebody's, too, and what it leads to.
  const found = [lstatSync(file), statSync(file)];
  const owner = found.map((each) => each.uid).find((each) => !trusted.includes(each));
  const why =
    owner !== undefined
      ? `belongs to the user ${owner}`
      : found[1] && found[1].mode & 0o002
        ? 'may be written by everybody'
        : undefined;
  if (why === undefined) return;
  throw new ConfigError([
    `${file}: ${why}; if these are your settings, say so with CORNAC_CONFIG=${file}, else run the command in another directory`,
  ]);
}

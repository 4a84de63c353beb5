/** A backup in a repository, as pgBackRest lists it. */
export interface ListedBackup {
  /** Its name in the repository, such as `20261126-120000F`. */
  readonly label: string;
  /** The id of its snapshot. */
  readonly snapshot: string;
  /** The moment at which it ended, to which it can be restored. */
  readonly stoppedAt: Date;
}

const LABEL = /^\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?$/;
const SNAPSHOT = /^snap-[A-Z0-9]{1,64}$/;

function read(value: unknown, name: string): unknown {
  return value instanceof Object ? (value as Record<string, unknown>)[name] : undefined;
}

function readBackup(value: unknown): ListedBackup[] {
  const label = read(value, 'label');
  const snapshot = read(read(value, 'annotation'), 'snapshot');
  const stop = read(read(value, 'timestamp'), 'stop');
  if (typeof label !== 'string' || !LABEL.test(label)) return [];
  if (typeof snapshot !== 'string' || !SNAPSHOT.test(snapshot)) return [];
  if (typeof stop !== 'number' || !Number.isInteger(stop) || stop < 0 || stop > 1e11) return [];
  // A backup with a damaged page, or that did not end well, is none.
  if (read(value, 'error') === true) return [];
  return [{ label, snapshot, stoppedAt: new Date(stop * 1000) }];
}

/**
 * The backups of snapshots in the output of `pgbackrest info --output=json`, oldest first. Root on a machine controls
 * that output, so that everything else in it is left out.
 */
export function backupsIn(output: string): ListedBackup[] {
  const backups = read(readStanza(output), 'backup');
  return Array.isArray(backups) ? backups.flatMap(readBackup) : [];
}

// https://pgbackrest.org/command.html#command-info: 0 is ok, 1 to 3 is a stanza without backups.
const MAX_KNOWN_STATUS = 3;

/** Whether the output lists all that the repository has. It does not where, for example, the key is wrong. */
export function isWhole(output: string): boolean {
  const code = read(read(readStanza(output), 'status'), 'code');
  return typeof code === 'number' && code >= 0 && code <= MAX_KNOWN_STATUS;
}

// The names of pgBackRest's errors for content that is wrong. Others, such as FileOpenError, may be those of an outage.
const DAMAGE = /^\[(Checksum|Crypto|Format|JsonFormat)Error\]/;

/** Whether the output says that the list of backups in the repository is damaged. */
export function isDamaged(output: string): boolean {
  const repositories = read(readStanza(output), 'repo');
  const messages = (Array.isArray(repositories) ? repositories : []).map((each) =>
    read(read(each, 'status'), 'message'),
  );
  return messages.length > 0 && messages.every((each) => typeof each === 'string' && DAMAGE.test(each));
}

function readStanza(output: string): unknown {
  try {
    const stanzas: unknown = JSON.parse(output);
    return Array.isArray(stanzas) ? stanzas[0] : undefined;
  } catch {
    return undefined;
  }
}

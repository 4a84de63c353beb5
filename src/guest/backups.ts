import { backupsIn, type ListedBackup } from '../model/db-snapshot/backups.ts';
import type { Archive } from '../model/server/archive.ts';
import { SshError } from '../ssh/error.ts';
import type { GuestMachine } from './machine.ts';
import type { createVerbs, GuestCall } from './verbs.ts';

/** Where a machine keeps its backups. */
export interface GuestRepository {
  /** The directory of its instance, as the machine sees it. */
  readonly directory: string;
  readonly stanza: string;
  /** The key that encrypts the backups. A secret. */
  readonly key: string;
}

export interface GuestBackups {
  /**
   * Gives the running server its repository, and archives its write-ahead log there from now on. A repository that it
   * has stays.
   */
  setRepository(machine: GuestMachine, repository: GuestRepository, call?: GuestCall): Promise<void>;
  /**
   * What is in the repository of the log of the running server, and what waits for it. `endSegment` ends the present
   * segment, so that it is archived now.
   */
  findArchive(machine: GuestMachine, call?: GuestCall & { readonly endSegment?: boolean }): Promise<Archive>;
  /** Makes a full backup for the snapshot with this id, unless one exists. May take hours; reports its progress. */
  takeBackup(machine: GuestMachine, snapshot: string, call?: GuestCall): Promise<ListedBackup>;
}

/** The verbs for backups. */
export function createGuestBackups({ verb }: Pick<ReturnType<typeof createVerbs>, 'verb'>): GuestBackups {
  return {
    setRepository: async (machine, { directory, stanza, key }, call) => {
      await verb(machine, 'set-repository', [directory, stanza], call, { stdin: `${key}\n` });
    },
    findArchive: async (machine, { endSegment = false, ...call } = {}) => {
      const { stdout } = await verb(machine, 'restorable', endSegment ? ['end'] : [], call);
      const proven = /^restorable (\d{1,14})$/m.exec(stdout)?.[1];
      const [, files, age, idle, failed] =
        /^archive (\d{1,9}) (\d{1,9}) (\d{1,9}) ([tf])$/m.exec(stdout) ?? [];
      return {
        ...(proven !== undefined && { restorableAt: new Date(Number(proven)) }),
        ...(failed !== undefined && {
          waiting: {
            ...{ files: Number(files), ageSeconds: Number(age), idleSeconds: Number(idle) },
            hasFailed: failed === 't',
          },
        }),
      };
    },
    takeBackup: async (machine, snapshot, call) => {
      const { stdout } = await verb(machine, 'backup', [snapshot], call);
      const found = backupsIn(stdout).find((backup) => backup.snapshot === snapshot);
      if (found) return found;
      throw new SshError('CommandFailed', `no sound backup of ${snapshot} is in the repository`);
    },
  };
}

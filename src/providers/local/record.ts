import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ProviderError } from '../provider.ts';
import { readEnd, replaceFile } from './files.ts';
import type { Layout } from './layout.ts';

const LARGEST_BYTES = 64 * 1024;

const schema = z.object({
  /** DbiResourceId of the instance that owns the machine. */
  owner: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/)
    .optional(),
  address: z.ipv4().startsWith('127.'),
  hostKey: z.string().regex(/^ssh-ed25519 [A-Za-z0-9+/]{40,100}={0,2}( [\w@.-]{1,64})?$/),
  /** The port of its sshd. Records of older machines lack it; those listen on 2222. */
  sshPort: z.int().min(1024).max(65535).default(2222),
  /** The owner of data, log and socket; absent for machines from the time when all machines shared a user. */
  uid: z.int().min(1).optional(),
  cpus: z.number().positive(),
  memoryMiB: z.number().positive(),
  diskGiB: z.number().positive(),
});

/** What Cornac has recorded of a machine. A machine without a record is unfinished or half destroyed. */
export type MachineRecord = z.output<typeof schema>;

export interface FoundRecord extends MachineRecord {
  /** Whether the machine's user could have written it, as with machines of old versions. */
  readonly untrusted: boolean;
}

/**
 * The record of a machine, if it exists.
 * @throws ProviderError Conflict when its form is not Cornac's, or its address does not belong to the machine
 */
export async function findRecord(name: string, layout: Layout): Promise<FoundRecord | undefined> {
  const path = layout.machine(name).record;
  const file = await readEnd(path, LARGEST_BYTES);
  if (!file) return undefined;
  const record = parse(file.content);
  if (!record.success) {
    throw new ProviderError(
      'Conflict',
      `${path} is damaged (${record.error.issues.map(({ path }) => path.join('.') || 'no JSON').join(', ')}); ` +
        'correct it by hand, or remove it with the machine if its data are no longer needed',
    );
  }
  const claimed = await readlink(join(layout.addresses, record.data.address)).catch(() => undefined);
  if (claimed !== name) {
    throw new ProviderError(
      'Conflict',
      `${path} names the address ${record.data.address}, which the machine does not have`,
    );
  }
  return { ...record.data, untrusted: file.uid !== process.getuid?.() };
}

function parse(content: string) {
  try {
    return schema.safeParse(JSON.parse(content));
  } catch {
    return schema.safeParse(undefined);
  }
}

export async function saveRecord(name: string, record: MachineRecord, layout: Layout): Promise<void> {
  const content = `${JSON.stringify(schema.parse(record), null, 2)}\n`;
  await replaceFile(layout.machine(name).record, content, { mode: 0o600, flush: true });
}

import { randomUUID } from 'node:crypto';
import type { Database, Transaction } from './database/client.ts';
import type { Sealer } from './database/sealer.ts';

export type SecretPurpose = 'master';

export interface StoredSecret {
  readonly value: string;
  /** Hand this back to `forgetSecret`: a newer secret, stored meanwhile, then stays. */
  readonly version: string;
}

function context(dbiResourceId: string, purpose: SecretPurpose) {
  return `${dbiResourceId}/${purpose}`;
}

/** Stores the secret sealed, in place of an older one for the same purpose. */
export async function storeSecret(
  tx: Transaction,
  sealer: Sealer,
  dbiResourceId: string,
  purpose: SecretPurpose,
  value: string,
): Promise<void> {
  const sealed = sealer.seal(value, context(dbiResourceId, purpose));
  const data = { sealed, version: randomUUID() };
  await tx.secret.upsert({
    where: { dbiResourceId_purpose: { dbiResourceId, purpose } },
    create: { dbiResourceId, purpose, ...data },
    update: data,
  });
}

/** The secret in clear, if there is one that nobody has used up yet. */
export async function findSecret(
  database: Database,
  sealer: Sealer,
  dbiResourceId: string,
  purpose: SecretPurpose,
): Promise<StoredSecret | undefined> {
  const row = await database.secret.findUnique({
    where: { dbiResourceId_purpose: { dbiResourceId, purpose } },
  });
  if (!row) return undefined;
  return { value: sealer.unseal(row.sealed, context(dbiResourceId, purpose)), version: row.version };
}

/** Removes the secret once it is where it belongs, unless it has been replaced since it was read. */
export async function forgetSecret(
  database: Database,
  dbiResourceId: string,
  purpose: SecretPurpose,
  version: string,
): Promise<void> {
  await database.secret.deleteMany({ where: { dbiResourceId, purpose, version } });
}

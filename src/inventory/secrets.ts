import { randomUUID } from 'node:crypto';
import type { Database, Transaction } from './database/client.ts';
import type { Sealer } from './database/sealer.ts';

export type SecretPurpose = 'master';

export interface StoredSecret {
  readonly value: string;
  /** Argument for `forgetSecret`, so that a newer secret, stored meanwhile, stays. */
  readonly version: string;
}

function context(dbiResourceId: string, purpose: SecretPurpose) {
  return `${dbiResourceId}/${purpose}`;
}

/** Stores the secret sealed. It replaces an older secret for the same purpose. */
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

/** The secret in clear text; undefined where none is stored, as after it was applied. */
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

/** Removes the secret after it was applied, unless it has been replaced since it was read. */
export async function forgetSecret(
  database: Database,
  dbiResourceId: string,
  purpose: SecretPurpose,
  version: string,
): Promise<void> {
  await database.secret.deleteMany({ where: { dbiResourceId, purpose, version } });
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Seals values, so that a reader of the inventory, of its backups, or of its query logs learns nothing. */
export interface Sealer {
  /**
   * `context` names the value. Unsealing needs the same context, so values cannot be swapped between rows.
   */
  seal(value: string, context: string): Uint8Array<ArrayBuffer>;
  /** @throws when the key differs, or the value was changed or moved */
  unseal(sealed: Uint8Array, context: string): string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM with `key`. A sealed value is nonce, tag, ciphertext. */
export function createSealer(key: Buffer): Sealer {
  return {
    seal(value, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
      return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), text]));
    },
    unseal(sealed, context) {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return (
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      );
    },
  };
}

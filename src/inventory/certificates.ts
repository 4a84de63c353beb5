import { answerOnce, type Call } from './calls.ts';
import type { Database } from './database/client.ts';

const ROW = 1;

/** The choice of a certificate authority for new instances. */
export function createCertificates(database: Database) {
  return {
    /** The authority of ModifyCertificates; null where the default counts. */
    async findDefault(): Promise<string | null> {
      return (await database.identity.findUniqueOrThrow({ where: { id: ROW } })).defaultCaCertificate;
    },

    setDefault: (identifier: string | null, call: Call<void>): Promise<void> =>
      database.$transaction((tx) =>
        answerOnce(tx, call, async () => {
          const data = { defaultCaCertificate: identifier };
          await tx.identity.update({ where: { id: ROW }, data });
        }),
      ),
  };
}

export type Certificates = ReturnType<typeof createCertificates>;

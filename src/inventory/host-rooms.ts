import type { HostFigures, KnownRoom } from '../model/server/host-figures.ts';
import type { Database } from './database/client.ts';
import { json } from './database/rows.ts';
import { Prisma } from './generated/client.ts';

/** What hosts have to promise. Workers see the provider and write it. Gateways do not, and read it. */
export function createHostRooms(database: Database) {
  return {
    /** The last look at each host, unordered. Empty until a worker has looked once. */
    async list(): Promise<HostFigures[]> {
      const rows = await database.hostRoom.findMany();
      return rows.map(({ host, seenAt, room }) => ({ host, seenAt, room: room as KnownRoom | null }));
    },

    /** Replaces the figures of all hosts. */
    async replace(figures: readonly HostFigures[]): Promise<void> {
      await database.$transaction([
        database.hostRoom.deleteMany(),
        database.hostRoom.createMany({
          data: figures.map(({ room, ...rest }) => ({ ...rest, room: room ? json(room) : Prisma.DbNull })),
          // Another worker may write at the same time.
          skipDuplicates: true,
        }),
      ]);
    },
  };
}

export type HostRooms = ReturnType<typeof createHostRooms>;

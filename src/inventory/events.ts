import { createHash } from 'node:crypto';
import type { EventText } from '../model/event.ts';
import { describeKind, type NamedResource } from '../model/resource.ts';
import type { Database, Transaction } from './database/client.ts';

export interface RecordedEvent {
  readonly id: bigint;
  readonly date: Date;
  readonly sourceType: string;
  readonly sourceIdentifier: string;
  readonly eventId: string;
  readonly categories: string[];
  readonly message: string;
}

export interface EventQuery {
  readonly from: Date;
  readonly to: Date;
  readonly sourceType?: string;
  readonly sourceIdentifier?: string;
  readonly categories?: readonly string[];
  /** Events after this id, oldest first. */
  readonly after?: bigint;
  readonly limit: number;
}

// A row of an index has at most 2,704 bytes, but a message may quote an error of any length.
const MAX_INDEXED_LENGTH = 500;

function shorten(message: string): string {
  return message.length <= MAX_INDEXED_LENGTH ? message : createHash('sha256').update(message).digest('hex');
}

/**
 * Writes events of one resource. With an `operationId` each of them is written once for this resource and the
 * operation, however often the step that writes it runs.
 */
export async function recordEvents(
  tx: Transaction,
  { kind, name }: NamedResource,
  events: readonly EventText[],
  operationId?: string,
): Promise<void> {
  if (events.length === 0) return;
  await tx.event.createMany({
    data: events.map((event) => ({
      date: new Date(),
      sourceType: describeKind(kind).sourceType ?? kind,
      sourceIdentifier: name,
      ...event,
      dedupe: operationId ? [operationId, kind, name, event.eventId, shorten(event.message)].join('/') : null,
    })),
    skipDuplicates: true,
  });
}

/** Events in the time span [from, to], oldest first. */
export function listEvents(database: Database, query: EventQuery): Promise<RecordedEvent[]> {
  return database.event.findMany({
    where: {
      date: { gte: query.from, lte: query.to },
      ...(query.sourceType && { sourceType: query.sourceType }),
      ...(query.sourceIdentifier && { sourceIdentifier: query.sourceIdentifier }),
      ...(query.categories?.length && { categories: { hasSome: [...query.categories] } }),
      ...(query.after !== undefined && { id: { gt: query.after } }),
    },
    orderBy: { id: 'asc' },
    take: query.limit,
  });
}

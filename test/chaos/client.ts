import { setTimeout as delay } from 'node:timers/promises';
import type { DBInstance } from '@aws-sdk/client-rds';
import { type Choice, chooseCall, type Glance, smallestStorage } from '../support/chaos/choose-call.ts';
import { createRandom, type Random } from '../support/chaos/random.ts';
import type { Api, ApiRequest } from './api.ts';
import { type Fleet, lasting, slots } from './fleet.ts';
import type { LogBook } from './log-book.ts';

export interface ClientOptions {
  readonly api: Api;
  readonly fleet: Fleet;
  readonly book: LogBook;
  readonly seed: string;
  /** The instances that only this client makes, changes and deletes. */
  readonly mine: readonly string[];
  readonly signal: AbortSignal;
}

const pauseMs = [50, 400] as const;

function glance(identifier: string, found: DBInstance | undefined, isMine: boolean): Glance {
  return {
    identifier,
    status: found?.DBInstanceStatus,
    wasAvailable: found?.InstanceCreateTime !== undefined,
    dbInstanceClass: found?.DBInstanceClass ?? '',
    allocatedStorage: found?.AllocatedStorage ?? smallestStorage,
    tags: (found?.TagList ?? []).map(({ Key = '' }) => Key),
    isMine,
    isLasting: lasting.includes(identifier),
  };
}

/** The chosen call with the members of AWS's API. */
function requestOf({ action, asked }: Choice, DBInstanceIdentifier: string, found?: DBInstance): ApiRequest {
  const tags = Object.entries(asked.tags ?? {});
  const Tags = tags.map(([Key, Value]) => ({ Key, Value: Value ?? '' }));
  const ResourceName = found?.DBInstanceArn ?? '';
  switch (action) {
    case 'CreateDBInstance':
      return {
        action,
        input: {
          ...{ DBInstanceIdentifier, Engine: 'postgres', MasterUsername: 'postgres', DBName: 'app', Tags },
          DBInstanceClass: asked.dbInstanceClass,
          AllocatedStorage: asked.allocatedStorage,
          MasterUserPassword: asked.password,
        },
      };
    case 'ModifyDBInstance':
      return {
        action,
        input: {
          ...{ DBInstanceIdentifier, ApplyImmediately: true },
          ...(asked.dbInstanceClass !== undefined && { DBInstanceClass: asked.dbInstanceClass }),
          ...(asked.allocatedStorage !== undefined && { AllocatedStorage: asked.allocatedStorage }),
          ...(asked.password !== undefined && { MasterUserPassword: asked.password }),
        },
      };
    case 'DeleteDBInstance':
      return { action, input: { DBInstanceIdentifier, SkipFinalSnapshot: true } };
    case 'AddTagsToResource':
      return { action, input: { ResourceName, Tags } };
    case 'RemoveTagsFromResource':
      return { action, input: { ResourceName, TagKeys: tags.map(([key]) => key) } };
    default:
      return { action, input: { DBInstanceIdentifier } };
  }
}

/** Sends the call and records its outcome. */
export async function sendAndNote(
  { api, book, fleet }: Pick<ClientOptions, 'api' | 'book' | 'fleet'>,
  choice: Choice,
  identifier: string,
  found: DBInstance | undefined,
): Promise<void> {
  const sentAt = Date.now();
  const { outcome, code, instance } = await api.send(requestOf(choice, identifier, found));
  // Before its creation an instance has no id that the client could know.
  const known = choice.action === 'CreateDBInstance' ? undefined : found?.DbiResourceId;
  const resource = instance?.DbiResourceId ?? known;
  if (choice.action === 'DeleteDBInstance' && outcome !== 'refused' && resource) fleet.forget(resource);
  const { action, asked } = choice;
  const client = api.name;
  book.addCall({
    client,
    action,
    identifier,
    resource,
    asked,
    sentAt,
    answeredAt: Date.now(),
    outcome,
    code,
  });
}

/** Chooses a name. An available instance has the greatest weight. */
function chooseSlot(instances: readonly DBInstance[], random: Random): string {
  return random.pickWeighted(
    slots.map((slot) => {
      const found = instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === slot);
      return [slot, found?.DBInstanceStatus === 'available' ? 5 : 2] as const;
    }),
  );
}

/** Lists the instances, and makes one call on the instance of this name or on any. */
async function act(options: ClientOptions, random: Random, wanted?: string): Promise<void> {
  const { api, fleet, mine } = options;
  const { outcome, instances } = await api.send({ action: 'DescribeDBInstances', input: {} });
  if (outcome !== 'acknowledged' || instances === undefined) return;
  fleet.see(instances);
  const slot = wanted ?? chooseSlot(instances, random);
  const found = instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === slot);
  const choice = chooseCall(glance(slot, found, mine.includes(slot)), random);
  if (choice) await sendAndNote(options, choice, slot, found);
}

/** Makes one call after the other until the signal. It first makes its own instances. */
export async function runClient(options: ClientOptions): Promise<void> {
  const random = createRandom(`client ${options.api.name} ${options.seed}`);
  for (const slot of options.mine) if (!options.signal.aborted) await act(options, random, slot);
  while (!options.signal.aborted) {
    await act(options, random);
    await delay(random.int(...pauseMs), undefined, { signal: options.signal }).catch(() => {});
  }
}

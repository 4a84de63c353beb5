import { lookup } from 'node:dns/promises';
import { ApplicationFailure } from '@temporalio/common';
import { migrate } from '../inventory/migrate.ts';
import { event } from '../model/event.ts';
import type { Settings } from '../model/instance.ts';
import type { PlannedInstance } from '../model/operation.ts';
import { scramVerifier } from '../model/scram-verifier.ts';
import { defaultWindows } from '../model/window.ts';
import type { RunningMachine } from '../providers/provider.ts';
import { activity } from './activity.ts';
import type { ActivityDeps } from './deps.ts';
import type { Serving } from './guest.ts';
import { createInside } from './inside.ts';

/** The inventory's own instance, as `cornac bootstrap` asks for it. */
export interface InventorySpec {
  readonly dbiResourceId: string;
  readonly instance: PlannedInstance;
  /** Whether one of the provider's hosts is to be chosen. */
  readonly needsHost?: true;
  /** Whether a cluster that is there for good may have another version: nobody asked for one. */
  readonly keepVersion: boolean;
  /** The address that DATABASE_URL names, where it names one. */
  readonly address?: string;
}

const addressesOf = async (hostname: string): Promise<string[]> => {
  const found = await lookup(hostname, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
};

const settings = (): Settings => {
  const { backup, maintenance } = defaultWindows();
  return {
    storageType: 'gp2',
    autoMinorVersionUpgrade: false,
    copyTagsToSnapshot: false,
    publiclyAccessible: false,
    preferredBackupWindow: backup,
    preferredMaintenanceWindow: maintenance,
    vpcSecurityGroupIds: [],
  };
};

/** Steps of `cornac bootstrap`, run by its own worker: only there may DATABASE_URL's password be needed for more than a log-in. */
export const bootstrapActivities = ({
  config,
  provider,
  guest,
  inventory,
}: Pick<ActivityDeps, 'config' | 'provider' | 'guest' | 'inventory'>) => {
  const inside = createInside({ provider, guest });

  const databaseUrl = (): string => {
    if (!config.databaseUrl)
      throw ApplicationFailure.nonRetryable('DATABASE_URL is not set', 'Configuration');
    return config.databaseUrl;
  };

  return {
    /** The role and database of DATABASE_URL. */
    ensureInventoryOwner: inside(
      'postgres',
      async (progress, host, { masterUsername: user, dbName: database }): Promise<void> => {
        const { hostname } = new URL(databaseUrl());
        if (host.address !== hostname && !(await addressesOf(hostname)).includes(host.address)) {
          throw ApplicationFailure.nonRetryable(
            `DATABASE_URL names ${hostname}, but the instance has the address ${host.address}: write that there`,
            'Configuration',
          );
        }
        const verifier = await scramVerifier(decodeURIComponent(new URL(databaseUrl()).password));
        await guest.ensureMaster(host, { user, database, verifier }, progress);
      },
    ),

    /** Names of the migrations that were applied now. */
    migrateInventory: inside('postgres', (): Promise<string[]> => migrate(databaseUrl())),

    /** Lists the instance in itself, unless it is there. */
    registerInventory: activity(
      async (
        _,
        { address, diskGiB }: RunningMachine,
        spec: InventorySpec,
        serving?: Serving,
      ): Promise<void> => {
        const { instance, dbiResourceId } = spec;
        const now = new Date();
        await inventory.instances.register(
          {
            ...instance,
            allocatedStorage: diskGiB,
            host: instance.host ?? null,
            dbiResourceId,
            status: 'available',
            operationId: null,
            address,
            // What is there, size and version included, may be from a bootstrap before this one.
            ...serving,
            deletionProtection: true,
            settings: settings(),
            pending: {},
            tags: [],
            createdAt: now,
            availableAt: now,
          },
          [event('RDS-EVENT-0005')],
        );
      },
    ),
  };
};

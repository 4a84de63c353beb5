import { lookup } from 'node:dns/promises';
import { Context } from '@temporalio/activity';
import type { InventoryAddress } from '../inventory/database/address.ts';
import { migrate } from '../inventory/database/migrate.ts';
import { DEFAULT_CA_CERTIFICATE_IDENTIFIER } from '../model/certificate/certificate.ts';
import type { Attributes } from '../model/db-instance/attributes.ts';
import { defaultWindows } from '../model/db-instance/window.ts';
import { isPlausibleVersion, majorOf } from '../model/engine/engine-version.ts';
import { event } from '../model/event.ts';
import type { PlannedInstance } from '../model/operation/operation.ts';
import { chooseHost } from '../providers/choose-host.ts';
import { placeOf } from '../providers/places.ts';
import type { Progress, Provider, RunningMachine } from '../providers/provider.ts';
import { scramVerifier } from '../system/scram-verifier.ts';
import { activity } from './activity.ts';
import { finalFailure } from './activity-failure.ts';
import { currentCaller, refuseCaller, requireWorkflowType } from './caller.ts';
import type { ActivityDeps } from './deps.ts';

import { settingsFor } from './parameters.ts';
import { reachMachine } from './reach.ts';
import { sizeOf } from './room.ts';

/** The inventory's own instance, as `cornac bootstrap` requests it. */
export interface InventorySpec {
  readonly dbiResourceId: string;
  readonly instance: PlannedInstance;
  /** Whether one of the provider's hosts must be chosen. */
  readonly needsHost?: true;
  /** Whether an existing cluster may keep another version, because the user requested none. */
  readonly keepVersion: boolean;
  /** The address in DATABASE_URL, if it names one. */
  readonly address?: string;
  /** INVENTORY_NETWORK, where the inventory has a network of its own. */
  readonly network?: string;
}

async function addressesOf(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

function attributes(): Attributes {
  const { backup, maintenance } = defaultWindows();
  return {
    preferredMaintenanceWindow: maintenance,
    settings: {
      storageType: 'gp2',
      autoMinorVersionUpgrade: false,
      copyTagsToSnapshot: false,
      publiclyAccessible: false,
      preferredBackupWindow: backup,
      vpcSecurityGroupIds: [],
    },
  };
}

/**
 * The host of the inventory's own instance. No inventory exists yet to name the host, or it does not answer.
 * While any host is unreachable, the instance with all its data may be on that host, so no other is begun.
 */
async function findHost(provider: Provider, instance: PlannedInstance): Promise<string> {
  const found = await provider.findMachine(instance.machine);
  if (found?.host) return found.host;
  const rooms = await provider.lookForRoom(instance.machine);
  for (const room of rooms) if ('unreachable' in room) throw room.unreachable;
  return chooseHost(rooms, { name: instance.machine, ...sizeOf(instance) });
}

export interface BootstrapContext {
  readonly spec: InventorySpec;
  /** The id of the only workflow that may call the steps. */
  readonly workflowId: string;
  /** Returns the inventory's address once its server runs. */
  readonly findInventory: () => Promise<InventoryAddress>;
}

/**
 * Steps of `cornac bootstrap`, run by its own worker, because only there DATABASE_URL's password may be
 * needed for more than a login. They make what this process was asked for, and read no argument: see
 * docs/decisions/0008.
 */
export function bootstrapActivities(
  { config, provider, guest, inventory }: Pick<ActivityDeps, 'config' | 'provider' | 'guest' | 'inventory'>,
  { spec, workflowId, findInventory }: BootstrapContext,
) {
  const { instance } = spec;

  const databaseUrl = (): string => {
    if (!config.databaseUrl) {
      throw finalFailure('Configuration', 'DATABASE_URL is not set');
    }
    return config.databaseUrl;
  };

  const step = <Result>(run: (progress: Progress) => Promise<Result>): (() => Promise<Result>) =>
    activity((progress) => {
      requireWorkflowType('bootstrapInventory');
      if (currentCaller().workflowId !== workflowId) refuseCaller('it belongs to another bootstrap');
      return run(progress);
    });

  const place = async (): Promise<Provider> =>
    spec.needsHost ? placeOf(provider, { host: await findHost(provider, instance) }) : provider;

  const reach = async (progress: Progress): Promise<RunningMachine> =>
    reachMachine(await place(), instance.machine, progress);

  /** The machine with a running PostgreSQL, because the power may have failed between two attempts. */
  const reachServer = async (progress: Progress): Promise<RunningMachine> => {
    const machine = await reach(progress);
    if (Context.current().info.attempt > 1) await guest.startPostgres(machine, progress);
    return machine;
  };

  return {
    /** Only shown in the history. The other steps look for the host themselves. */
    findInventoryHost: step(async (): Promise<void> => {
      await findHost(provider, instance);
    }),

    ensureMachine: step(async (progress): Promise<void> => {
      const { address, network } = spec;
      const where = { ...(address && { address }), ...(network && { network }) };
      const wanted = { name: instance.machine, ...sizeOf(instance), ...where };
      await (await place()).ensureMachine(wanted, progress);
    }),

    startMachine: step(async (progress): Promise<void> => {
      await (await place()).startMachine(instance.machine, progress);
    }),

    initCluster: step(async (progress): Promise<void> => {
      const machine = await reach(progress);
      await guest.prepareDisk(machine, progress);
      const { spares } = await place();
      await spares?.give({ name: instance.machine }, majorOf(instance.engineVersion), progress);
      const cluster = { version: instance.engineVersion, keep: spec.keepVersion };
      await guest.initCluster(machine, cluster, progress);
    }),

    startPostgres: step(async (progress): Promise<void> => {
      const machine = await reach(progress);
      await guest.configure(machine, settingsFor(instance), { ...progress, keep: true });
      await guest.startPostgres(machine, progress);
    }),

    /** The role and database of DATABASE_URL. */
    ensureInventoryOwner: step(async (progress): Promise<void> => {
      const machine = await reachServer(progress);
      const { hostname, password } = new URL(databaseUrl());
      if (machine.address !== hostname && !(await addressesOf(hostname)).includes(machine.address)) {
        throw finalFailure(
          'Configuration',
          `DATABASE_URL names ${hostname}, but the instance has the address ${machine.address}: write this address into DATABASE_URL`,
        );
      }
      const verifier = await scramVerifier(decodeURIComponent(password));
      const { masterUsername: user, dbName: database } = instance;
      await guest.ensureMaster(machine, { user, database, verifier }, progress);
    }),

    /** Returns the names of the migrations that were applied now. */
    migrateInventory: step(async (progress): Promise<string[]> => {
      await reachServer(progress);
      return migrate(await findInventory());
    }),

    /** Lists the instance in its own inventory, unless it is listed. */
    registerInventory: step(async (progress): Promise<void> => {
      const machine = await reach(progress);
      const { engineVersion } = await guest.startPostgres(machine, progress);
      const now = new Date();
      await inventory.instances.register(
        {
          ...instance,
          allocatedStorage: machine.diskGiB,
          host: machine.host ?? null,
          dbiResourceId: spec.dbiResourceId,
          status: 'available',
          operationId: null,
          address: machine.address,
          // What exists, with its size and version, may be from an earlier bootstrap. A cluster that is kept
          // may be of another major than the planned one.
          ...(engineVersion !== undefined &&
            isPlausibleVersion(engineVersion, spec.keepVersion ? engineVersion : instance.engineVersion) && {
              engineVersion,
            }),
          deletionProtection: true,
          caCertificateIdentifier: DEFAULT_CA_CERTIFICATE_IDENTIFIER,
          ...attributes(),
          pending: {},
          tags: [],
          createdAt: now,
          availableAt: now,
        },
        [event('RDS-EVENT-0005')],
      );
    }),
  };
}

export type BootstrapActivities = ReturnType<typeof bootstrapActivities>;

import { Context, log } from '@temporalio/activity';
import type { Started, VerbResult } from '../guest/guest.ts';
import { liveParameters, presentParameters } from '../model/db-parameter-group/applied-parameters.ts';
import { isPlausibleVersion, majorOf } from '../model/engine/engine-version.ts';
import { event } from '../model/event.ts';
import { modificationOf, restoredSnapshotOf } from '../model/operation/input.ts';
import type { ClassChoice } from '../model/operation/operation.ts';
import { noteCertificate } from '../model/server/certificate.ts';
import { judgeRoom } from '../model/server/room.ts';
import { placeOf } from '../providers/places.ts';
import type { RunningMachine } from '../providers/provider.ts';
import { SshError } from '../ssh/error.ts';
import { within } from '../system/deadline.ts';
import { finalFailure } from './activity-failure.ts';
import type { ActivityDeps } from './deps.ts';
import type { HeldCall } from './operation-activity.ts';
import { mayBeSettings, previousParameters, settingsOf, startWithParameters } from './parameters.ts';
import { reachMachine } from './reach.ts';
import { createFollow } from './replica-source.ts';
import { retryWhileInventoryDown } from './retry-while-inventory-down.ts';

// A running machine answers within a second or two, or hangs.
const REACH_MS = 30_000;

/**
 * Root on a machine controls its reports. An implausible version is left out, and logged for the operator.
 */
function dropImplausibleVersion({ instance }: HeldCall, { engineVersion, ...started }: Started): Started {
  if (engineVersion === undefined) return started;
  if (isPlausibleVersion(engineVersion, instance.engineVersion)) return { ...started, engineVersion };
  log.warn('a machine reports an impossible version of PostgreSQL', {
    machine: instance.machine,
    reported: engineVersion,
    expected: `${majorOf(instance.engineVersion)}.x`,
  });
  return started;
}

/** The work inside the machine of the instance that the operation holds. */
export function createGuestWork({
  provider,
  guest,
  inventory,
}: Pick<ActivityDeps, 'provider' | 'guest' | 'inventory'>) {
  const follow = createFollow({ provider, guest, inventory });
  const reach = ({ instance, progress }: HeldCall): Promise<RunningMachine> =>
    reachMachine(placeOf(provider, instance), instance.machine, progress);

  /** The same with PostgreSQL after a failed attempt, because the power may have failed in between. */
  const reachServer = async (call: HeldCall): Promise<RunningMachine> => {
    const machine = await reach(call);
    if (Context.current().info.attempt > 1) {
      await recordNotices(call, await guest.startPostgres(machine, call.progress));
    }
    return machine;
  };

  const serving = ({ address }: RunningMachine, started?: Partial<Started>) => ({
    address,
    ...(started?.certificate && { certificate: noteCertificate(started.certificate) }),
    ...(started?.engineVersion !== undefined && { engineVersion: started.engineVersion }),
    ...(started?.room && { room: started.room }),
  });

  /** A full volume is no reason to retry. Only more storage helps, and a user must request it. */
  const unlessFull = async <T>(
    { instance, progress }: HeldCall,
    machine: RunningMachine,
    work: () => Promise<T>,
  ): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SshError)) throw error;
      const find = (signal: AbortSignal) => guest.findRoom(machine, { signal });
      const room = await within(REACH_MS, find, progress.signal).catch(() => undefined);
      if (!room || judgeRoom(room, instance.shortage) !== 'full') throw error;
      const message = `the data disk of ${instance.machine} is full: ${error.message}`;
      throw finalFailure('DataDiskFull', message, error);
    }
  };

  /** The authority that is to sign the certificate which `configure` makes. */
  const certifying = ({ instance, progress }: HeldCall) => ({
    ...progress,
    authority: instance.caCertificateIdentifier,
  });

  /** A repair by the guest becomes a note of the instance. */
  const recordNotices = async ({ ref, progress }: HeldCall, { notices }: VerbResult): Promise<void> => {
    if (notices.length === 0) return;
    const events = notices.map((notice) => event('CORNAC-EVENT-NOTE', notice));
    await retryWhileInventoryDown(progress, () => inventory.operations.note(ref, { events }));
  };

  const start = async (call: HeldCall, machine: RunningMachine): Promise<Started> => {
    const started = dropImplausibleVersion(call, await guest.startPostgres(machine, call.progress));
    await recordNotices(call, started);
    return started;
  };

  /** Uses the password in the inventory's secrets. The secret is removed once the database has it. */
  const withMasterSecret = async (
    call: HeldCall,
    use: (verifier: string | undefined) => Promise<VerbResult | undefined>,
  ): Promise<void> => {
    const {
      ref: { dbiResourceId },
      progress,
    } = call;
    const secret = await retryWhileInventoryDown(progress, () =>
      inventory.findSecret(dbiResourceId, 'master'),
    );
    const result = await use(secret?.value);
    if (result) await recordNotices(call, result);
    if (!secret) return;
    await retryWhileInventoryDown(progress, () =>
      inventory.forgetSecret(dbiResourceId, 'master', secret.version),
    );
  };

  return {
    initCluster: async (call: HeldCall): Promise<void> => {
      const { engineVersion: version, machine: name, dbiResourceId: owner } = call.instance;
      const machine = await reach(call);
      await Promise.all([
        guest.prepareDisk(machine, call.progress),
        placeOf(provider, call.instance).spares?.give({ name, owner }, majorOf(version), call.progress),
      ]);
      await recordNotices(call, await guest.initCluster(machine, { version }, call.progress));
    },

    startPostgres: async (call: HeldCall): Promise<void> => {
      const machine = await reach(call);
      await follow(call, machine);
      const started = await unlessFull(call, machine, () =>
        startWithParameters(call, 'present', async (settings) => {
          const { restartNeeded, certificate } = await guest.configure(machine, settings, certifying(call));
          // A server that ran already goes on without what needs a restart.
          const got = restartNeeded ? { got: liveParameters(call.instance) } : {};
          return {
            started: { ...(await start(call, machine)), ...(certificate && { certificate }) },
            ...got,
          };
        }),
      );
      await call.record({ serving: serving(machine, started) });
    },

    /** PostgreSQL may refuse a value. Then its settings stay as they are. */
    applyParameters: async (call: HeldCall): Promise<void> => {
      const machine = await reach(call);
      const live = liveParameters(call.instance);
      const configure = () =>
        guest.configure(machine, settingsOf(call, 'present', live.values), certifying(call));
      const isTaken = await unlessFull(call, machine, configure).then(
        () => true,
        (error) => {
          if (mayBeSettings(error)) return false;
          throw error;
        },
      );
      const refused = presentParameters(call.instance);
      const parameters = isTaken ? live : { ...previousParameters(call), refused };
      const started = await unlessFull(call, machine, () => start(call, machine));
      await call.record({ serving: serving(machine, started), parameters });
    },

    restartPostgres: async (call: HeldCall, choice: ClassChoice): Promise<void> => {
      const { progress } = call;
      const machine = await reach(call);
      await follow(call, machine);
      // A server that recovers after its stop must not be stopped again, because its recovery would begin
      // anew.
      const { activityId } = Context.current().info;
      const onStopped = () => progress.report('stopped; starting again', activityId);
      const restart = async (settings: Record<string, string>, isAnother: boolean) => ({
        started: await (progress.resume === activityId && !isAnother
          ? guest.startPostgres(machine, progress)
          : guest.restartPostgres(machine, { ...certifying(call), settings, onStopped })),
      });
      const restarted = await unlessFull(call, machine, () => startWithParameters(call, choice, restart));
      const started = dropImplausibleVersion(call, restarted);
      await recordNotices(call, started);
      const { dbInstanceClass } = modificationOf(call.operation) ?? {};
      const reached = choice === 'asked' && dbInstanceClass !== undefined ? dbInstanceClass : null;
      await call.record({ serving: serving(machine, started), dbInstanceClass: reached, resume: null });
    },

    /** Does nothing where the machine is off or gone. Does not wait for a guest that hangs or is paused. */
    stopPostgres: async ({ instance, progress }: HeldCall): Promise<void> => {
      const place = placeOf(provider, instance);
      const found = await place.findMachine(instance.machine);
      if (found?.state !== 'running') return;
      if (found.paused) {
        throw finalFailure('GuestSilent', `${instance.machine} is paused ${found.paused.detail}`);
      }
      const find = (signal: AbortSignal) => place.startMachine(instance.machine, { ...progress, signal });
      const machine = await within(REACH_MS, find, progress.signal);
      if (!machine) {
        throw finalFailure('GuestSilent', `${instance.machine} does not answer`);
      }
      await guest.stopPostgres(machine, progress);
    },

    ensureMaster: async (call: HeldCall): Promise<void> => {
      const machine = await reachServer(call);
      const { masterUsername: user, dbName: database } = call.instance;
      // A restored cluster has the databases of its snapshot, and its master user has that password.
      const first = restoredSnapshotOf(call.operation) ? {} : { database };
      await withMasterSecret(call, (verifier) =>
        guest.ensureMaster(machine, { user, ...first, ...(verifier && { verifier }) }, call.progress),
      );
    },

    setMasterPassword: async (call: HeldCall): Promise<void> => {
      const machine = await reachServer(call);
      const { masterUsername: user } = call.instance;
      await unlessFull(call, machine, () =>
        withMasterSecret(call, async (verifier) =>
          verifier ? guest.setMasterPassword(machine, { user, verifier }, call.progress) : undefined,
        ),
      );
      // Facts of an earlier step about the server stay.
      await call.record({ serving: { ...call.operation.facts.serving, ...serving(machine) } });
    },

    growDisk: async (call: HeldCall): Promise<void> => {
      const machine = await reach(call);
      const { allocatedStorage = call.instance.allocatedStorage } = modificationOf(call.operation) ?? {};
      await guest.growDisk(machine, { ...call.progress, diskGiB: allocatedStorage });
      const started = await unlessFull(call, machine, async () => {
        // max_wal_size is a fraction of its volume, which has grown.
        const { values } = previousParameters(call);
        const settings = settingsOf(call, 'present', values);
        const { certificate } = await guest.configure(machine, settings, certifying(call));
        // PostgreSQL may have been down because the disk was full.
        return { ...(await start(call, machine)), ...(certificate && { certificate }) };
      });
      await call.record({ serving: serving(machine, started), allocatedStorage });
    },
  };
}

import { invalidParameterCombination, storageTypeNotSupported } from '../errors.ts';
import { checkAll } from '../refusals.ts';

/**
 * Storage types of RDS. A provider has one kind of disk, so type and figures are kept and shown, and steer
 * nothing. Clients compute with them, so the rules are RDS's.
 */
export const storageTypes = ['gp2', 'gp3', 'io1', 'io2', 'standard'] as const;

export interface Storage {
  readonly storageType: string;
  readonly iops?: number;
  /** MiB/s */
  readonly storageThroughput?: number;
}

/** Members of CreateDBInstance and ModifyDBInstance. */
export interface StorageRequest {
  readonly StorageType?: string | undefined;
  readonly Iops?: number | undefined;
  readonly StorageThroughput?: number | undefined;
}

// GiB. RDS starts at 20 because of EBS. Here the minimum is 5, because the walk-through uses 5 and every
// provider allows it.
export const SMALLEST_STORAGE = 5;
const LARGEST_STORAGE = 65536;
const LARGEST_MAGNETIC = 3072;

/** GiB that a storage type can have at most. */
export function largestStorage(storageType: string): number {
  return storageType === 'standard' ? LARGEST_MAGNETIC : LARGEST_STORAGE;
}

/** GiB from which gp3 takes figures of a request, for PostgreSQL: UG CHAP_Storage, gp3. */
const LARGE_GP3_GIB = 400;

interface Figures {
  readonly iops: number;
  readonly storageThroughput: number;
}
const SMALL_GP3: Figures = { iops: 3_000, storageThroughput: 125 };
const LARGE_GP3: Figures = { iops: 12_000, storageThroughput: 500 };

function baselineOf(allocatedStorage: number): Figures {
  return allocatedStorage < LARGE_GP3_GIB ? SMALL_GP3 : LARGE_GP3;
}

/**
 * Iops and StorageThroughput as RDS shows them: of gp3 always, with its baseline where the request had no
 * figures. IOPS of the types without provisioned IOPS are absent.
 */
export function shownFigures(
  { storageType, iops, storageThroughput = 0 }: Storage,
  allocatedStorage: number,
): { readonly iops?: number; readonly storageThroughput: number } {
  if (storageType !== 'gp3') return { ...(iops !== undefined && { iops }), storageThroughput };
  const baseline = baselineOf(allocatedStorage);
  return {
    iops: iops ?? baseline.iops,
    storageThroughput: storageThroughput || baseline.storageThroughput,
  };
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** UG CHAP_Storage, for PostgreSQL: gp3 from 400 GiB on; io1; io2 Block Express. */
const GP3 = {
  iops: { least: LARGE_GP3.iops, most: 64_000 },
  storageThroughput: { least: LARGE_GP3.storageThroughput, most: 4_000 },
  /** MiB/s for each of the IOPS. */
  throughputRatio: { least: 0, most: 0.25 },
};
interface Provisioned {
  readonly iops: Bounds;
  /** IOPS for each GiB. */
  readonly iopsRatio: Bounds;
}
const PROVISIONED: Readonly<Record<string, Provisioned>> = {
  io1: { iops: { least: 1_000, most: 256_000 }, iopsRatio: { least: 0.5, most: 50 } },
  io2: { iops: { least: 1_000, most: 256_000 }, iopsRatio: { least: 0.5, most: 1_000 } },
};

/** The figures that a request may have with a storage type; absent where the type takes none. */
export function boundsOf(storageType: string): Partial<typeof GP3 & Provisioned> {
  return storageType === 'gp3' ? GP3 : (PROVISIONED[storageType] ?? {});
}

/** The end of the messages of RDS about one storage type. */
function forType(storageType: string, value: string): string {
  return `for engine name postgres and storage type ${storageType}: ${value}`;
}

function refuseOutside(what: string, type: string, value: number, { least, most }: Bounds): void {
  if (value >= least && value <= most) return;
  throw invalidParameterCombination(
    `Invalid ${what} value ${forType(type, String(value))}. Valid values: ${least}-${most}.`,
  );
}

function refuseBadRatio(what: string, type: string, ratio: number, { least, most }: Bounds): void {
  if (ratio >= least && ratio <= most) return;
  throw invalidParameterCombination(`Invalid ${what} ratio ${forType(type, ratio.toFixed(4))}`);
}

function refuseBadProvisioned(
  { storageType: type, iops }: Storage,
  allocatedStorage: number,
  bounds: Provisioned,
): void {
  if (iops === undefined) {
    throw invalidParameterCombination(`The storage type ${type} requires iops to be specified.`);
  }
  checkAll({
    iops: () => refuseOutside('iops', type, iops, bounds.iops),
    ratio: () => refuseBadRatio('iops to storage (GB)', type, iops / allocatedStorage, bounds.iopsRatio),
  });
}

function refuseBadGp3({ iops, storageThroughput }: Storage, allocatedStorage: number): void {
  if (iops === undefined && storageThroughput === undefined) return;
  if (allocatedStorage < LARGE_GP3_GIB) {
    throw invalidParameterCombination(
      "You can't specify IOPS or storage throughput for engine postgres and a storage size less than " +
        `${LARGE_GP3_GIB}.`,
    );
  }
  const figures: Figures = {
    iops: iops ?? LARGE_GP3.iops,
    storageThroughput: storageThroughput ?? LARGE_GP3.storageThroughput,
  };
  const ratio = figures.storageThroughput / figures.iops;
  checkAll({
    iops: () => refuseOutside('iops', 'gp3', figures.iops, GP3.iops),
    throughput: () =>
      refuseOutside('storage throughput', 'gp3', figures.storageThroughput, GP3.storageThroughput),
    ratio: () => refuseBadRatio('storage throughput to iops', 'gp3', ratio, GP3.throughputRatio),
  });
}

function refuseBadFigures(storage: Storage, allocatedStorage: number): void {
  const { storageType: type, iops, storageThroughput } = storage;
  if (type === 'gp3') {
    refuseBadGp3(storage, allocatedStorage);
    return;
  }
  const provisioned = PROVISIONED[type];
  checkAll({
    iops: () => {
      if (provisioned) refuseBadProvisioned(storage, allocatedStorage, provisioned);
      else if (iops !== undefined)
        throw invalidParameterCombination(`You can't specify Iops for storage type ${type}.`);
    },
    throughput: () => {
      if (storageThroughput === undefined) return;
      throw invalidParameterCombination(`You can't specify StorageThroughput for storage type ${type}.`);
    },
  });
}

/**
 * Refuses storage that RDS does not offer: AllocatedStorage, StorageType, Iops, StorageThroughput of
 * API_CreateDBInstance.
 * @throws AwsError with every refusal: invalidParameterCombination, storageTypeNotSupported
 */
export function refuseBadStorage(storage: Storage, allocatedStorage: number): void {
  const { storageType } = storage;
  if (!storageTypes.some((type) => type === storageType)) {
    throw storageTypeNotSupported(`Invalid storage type: ${storageType}`);
  }
  const largest = largestStorage(storageType);
  if (allocatedStorage < SMALLEST_STORAGE || allocatedStorage > largest) {
    throw invalidParameterCombination(
      `Invalid storage size ${forType(storageType, String(allocatedStorage))}. ` +
        `AllocatedStorage must be ${SMALLEST_STORAGE}-${largest} GiB.`,
    );
  }
  refuseBadFigures(storage, allocatedStorage);
}

/** A figure of the request; undefined where it asks for the value that is shown already, or for none. */
function askedFigure(value: number | undefined, shown: number | undefined): number | undefined {
  // Terraform sends 0 for a member that is not set.
  return !value || value === shown ? undefined : value;
}

/**
 * `base` with the members that the request sets. Figures of another storage type, or of a gp3 that takes none,
 * do not stay.
 * @param sizes GiB that the instance has, and GiB that it gets
 * @throws AwsError with every refusal, as `refuseBadStorage`
 */
export function readStorage(
  request: StorageRequest,
  base: Storage,
  { has, gets }: { readonly has?: number; readonly gets: number },
): Storage {
  const storageType = request.StorageType ?? base.storageType;
  const isSameType = storageType === base.storageType;
  const shown = isSameType && has !== undefined ? shownFigures(base, has) : undefined;
  const asked = {
    iops: askedFigure(request.Iops, shown?.iops),
    storageThroughput: askedFigure(request.StorageThroughput, shown?.storageThroughput),
  };
  const stay = isSameType && (storageType !== 'gp3' || gets >= LARGE_GP3_GIB);
  const iops = asked.iops ?? (stay ? base.iops : undefined);
  const storageThroughput = asked.storageThroughput ?? (stay ? base.storageThroughput : undefined);
  const storage: Storage = {
    storageType,
    ...(iops !== undefined && { iops }),
    ...(storageThroughput !== undefined && { storageThroughput }),
  };
  refuseBadStorage(storage, gets);
  return storage;
}

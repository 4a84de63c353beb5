import { invalidParameterCombination, invalidParameterValue, storageTypeNotSupported } from '../errors.ts';

/**
 * Storage types of RDS. A provider has one kind of disk, so the type is kept and shown, and steers nothing.
 */
export const storageTypes = ['gp2', 'gp3', 'io1', 'io2', 'standard'] as const;

export interface Storage {
  readonly storageType: string;
  readonly iops?: number;
  /** MiB/s */
  readonly storageThroughput?: number;
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

function isProvisioned(storageType: string) {
  return storageType === 'io1' || storageType === 'io2';
}

function refuseBadIops({ storageType, iops }: Storage, allocatedStorage: number): void {
  if (iops === undefined) {
    if (!isProvisioned(storageType)) return;
    throw invalidParameterCombination(`You must specify Iops for storage type ${storageType}.`);
  }
  if (!isProvisioned(storageType) && storageType !== 'gp3') {
    throw invalidParameterCombination(`You can't specify Iops for storage type ${storageType}.`);
  }
  // 0.5 to 50 times the storage: Iops of API_CreateDBInstance. For gp3, IOPS start at the baseline instead.
  if (isProvisioned(storageType) && (iops < allocatedStorage / 2 || iops > allocatedStorage * 50)) {
    throw invalidParameterCombination('Iops must be between 0.5 and 50 times the allocated storage.');
  }
}

/**
 * Refuses storage that RDS does not offer: AllocatedStorage, StorageType, Iops, StorageThroughput of
 * API_CreateDBInstance.
 * @throws invalidParameterValue, invalidParameterCombination, storageTypeNotSupported
 */
export function refuseBadStorage(storage: Storage, allocatedStorage: number): void {
  const { storageType, storageThroughput } = storage;
  if (!storageTypes.some((type) => type === storageType)) {
    throw storageTypeNotSupported(`Invalid storage type: ${storageType}`);
  }
  const largest = largestStorage(storageType);
  if (allocatedStorage < SMALLEST_STORAGE || allocatedStorage > largest) {
    throw invalidParameterValue(
      `Invalid storage size for engine name postgres and storage type ${storageType}: ${allocatedStorage}. ` +
        `AllocatedStorage must be ${SMALLEST_STORAGE}-${largest} GiB.`,
    );
  }
  refuseBadIops(storage, allocatedStorage);
  if (storageThroughput !== undefined && storageType !== 'gp3') {
    throw invalidParameterCombination(`You can't specify StorageThroughput for storage type ${storageType}.`);
  }
}

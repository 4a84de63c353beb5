/** The hardware of a DB instance class. */
export interface InstanceClass {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
}

type Row = readonly [size: string, vcpus: number, gib: number];

// UG Concepts.DBInstanceClass.Summary: the PostgreSQL classes, burstable, standard and memory optimised.
const burstable: readonly Row[] = [
  ['micro', 2, 1],
  ['small', 2, 2],
  ['medium', 2, 4],
  ['large', 2, 8],
  ['xlarge', 4, 16],
  ['2xlarge', 8, 32],
];
const standard: readonly Row[] = [
  ['large', 2, 8],
  ['xlarge', 4, 16],
  ['2xlarge', 8, 32],
  ['4xlarge', 16, 64],
  ['8xlarge', 32, 128],
  ['12xlarge', 48, 192],
  ['16xlarge', 64, 256],
];
const memory: readonly Row[] = standard.map(([size, vcpus, gib]) => [size, vcpus, gib * 2]);

const families: Readonly<Record<string, readonly Row[]>> = {
  t2: [['micro', 1, 1], ['small', 1, 2], ...burstable.slice(2)],
  t3: burstable,
  t4g: burstable,
  m5: standard,
  m6g: standard,
  m6i: standard,
  m7g: standard,
  r5: memory,
  r6g: memory,
  r6i: memory,
  r7g: memory,
};

/** All classes on offer, by family and then by size. */
export const instanceClasses: readonly InstanceClass[] = Object.entries(families).flatMap(([family, rows]) =>
  rows.map(([size, vcpus, gib]) => ({ name: `db.${family}.${size}`, vcpus, memoryMiB: gib * 1024 })),
);

const byName = new Map(instanceClasses.map((each) => [each.name, each]));

/** The class with this name, `db.t2.micro`, if it is on offer. */
export function findInstanceClass(name: string): InstanceClass | undefined {
  return byName.get(name);
}

/**
 * PostgreSQL settings that follow from the class. The formulas are those of RDS's default parameter group (UG
 * USER_ParamValuesRef); `DBInstanceClassMemory` is the whole memory of the class.
 */
export function postgresSettings({ memoryMiB }: InstanceClass): Record<string, string> {
  const bytes = memoryMiB * 1024 ** 2;
  return {
    // {DBInstanceClassMemory/32768} pages of 8 kB: a quarter of the memory
    shared_buffers: `${Math.floor(memoryMiB / 4)}MB`,
    // {DBInstanceClassMemory/16384} pages of 8 kB: half of the memory
    effective_cache_size: `${Math.floor(memoryMiB / 2)}MB`,
    // LEAST({DBInstanceClassMemory/9531392},5000)
    max_connections: String(Math.min(Math.floor(bytes / 9531392), 5000)),
    // GREATEST({DBInstanceClassMemory*1024/63963136},65536) kB
    maintenance_work_mem: `${Math.max(Math.floor((bytes / 63963136) * 1024), 65536)}kB`,
  };
}

/** The hardware of a DB instance class. */
export interface InstanceClass {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
}

type Size = readonly [size: string, vcpus: number, gib: number];

const VCPUS: Readonly<Record<string, number>> = {
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
  '10xlarge': 40,
  '12xlarge': 48,
  '16xlarge': 64,
  '24xlarge': 96,
  '32xlarge': 128,
  '48xlarge': 192,
};

/** Sizes of a family in which the memory grows with the CPUs. */
function sizes(gibPerVcpu: number, names: string): readonly Size[] {
  return names.split(' ').map((size) => {
    const vcpus = VCPUS[size] ?? 0;
    return [size, vcpus, vcpus * gibPerVcpu];
  });
}

const TO_4XL = 'large xlarge 2xlarge 4xlarge';
const TO_16XL = `${TO_4XL} 8xlarge 12xlarge 16xlarge`;
const TO_24XL = `${TO_16XL} 24xlarge`;
const TO_32XL = `${TO_24XL} 32xlarge`;
const TO_48XL = `${TO_24XL} 48xlarge`;

const BURSTABLE: readonly Size[] = [
  ['micro', 2, 1],
  ['small', 2, 2],
  ['medium', 2, 4],
  ...sizes(4, 'large xlarge 2xlarge'),
];
/** T2 has fewer CPUs in its small sizes. */
const BURSTABLE_T2: readonly Size[] = [['micro', 1, 1], ['small', 1, 2], ...BURSTABLE.slice(2)];

/**
 * Every class that RDS lists for PostgreSQL, by family and then by size.
 *
 * Names: the price list of RDS for PostgreSQL, in all regions, as of August 2026 (cfn-lint keeps it as
 * `aws_rds_dbinstance/dbinstanceclass_enum.json`). CPUs and memory: UG Concepts.DBInstanceClass.Summary.
 */
const FAMILIES: Readonly<Record<string, readonly Size[]>> = {
  t1: [['micro', 1, 0.613]],
  t2: BURSTABLE_T2,
  t3: BURSTABLE,
  t4g: BURSTABLE,
  m1: [
    ['small', 1, 1.7],
    ['medium', 1, 3.75],
    ['large', 2, 7.5],
    ['xlarge', 4, 15],
  ],
  m2: [
    ['xlarge', 2, 17.1],
    ['2xlarge', 4, 34.2],
    ['4xlarge', 8, 68.4],
  ],
  m3: [['medium', 1, 3.75], ...sizes(3.75, 'large xlarge 2xlarge')],
  m4: sizes(4, `${TO_4XL} 10xlarge 16xlarge`),
  m5: sizes(4, TO_24XL),
  m5d: sizes(4, TO_24XL),
  m6g: sizes(4, TO_16XL),
  m6gd: sizes(4, TO_16XL),
  m6i: sizes(4, TO_32XL),
  m6id: sizes(4, TO_32XL),
  m6idn: sizes(4, TO_32XL),
  m6in: sizes(4, TO_32XL),
  m7g: sizes(4, TO_16XL),
  m7i: sizes(4, TO_48XL),
  m8g: sizes(4, TO_48XL),
  m8gd: sizes(4, TO_48XL),
  m9g: sizes(4, TO_48XL),
  r3: sizes(7.625, `${TO_4XL} 8xlarge`),
  r4: sizes(7.625, `${TO_4XL} 8xlarge 16xlarge`),
  r5: sizes(8, TO_24XL),
  r5b: sizes(8, TO_24XL),
  r5d: sizes(8, TO_24XL),
  r6g: sizes(8, TO_16XL),
  r6gd: sizes(8, TO_16XL),
  r6i: sizes(8, TO_32XL),
  r6id: sizes(8, TO_32XL),
  r6idn: sizes(8, TO_32XL),
  r6in: sizes(8, TO_32XL),
  r7g: sizes(8, TO_16XL),
  r7i: sizes(8, TO_48XL),
  r8g: sizes(8, TO_48XL),
  r8gd: sizes(8, TO_48XL),
  x2g: sizes(16, TO_16XL),
  x2idn: sizes(16, '16xlarge 24xlarge 32xlarge'),
  x2iedn: sizes(32, 'xlarge 2xlarge 4xlarge 8xlarge 16xlarge 24xlarge 32xlarge'),
};

export const instanceClasses: readonly InstanceClass[] = Object.entries(FAMILIES).flatMap(([family, rows]) =>
  rows.map(([size, vcpus, gib]) => ({
    name: `db.${family}.${size}`,
    vcpus,
    // vSphere counts memory in steps of 4 MiB.
    memoryMiB: Math.floor(gib * 256) * 4,
  })),
);

/** Families and sizes that RDS lists for other engines only: Oracle, SQL Server, MySQL, MariaDB, Aurora. */
const OTHER_ENGINES =
  /^db\.(?:serverless|(?:m8a|m8i|r8a|r8i|x1|x1e|x2iezn|x2m|z1d)\.[a-z\d-]+|[a-z]\d[a-z]*\.(?:metal(?:-\d+xl)?|\d*x?large\.tpc[12]\.mem[2348]x))$/;

/** Whether RDS has the class, but not for PostgreSQL. */
export function isClassOfOtherEngine(name: string): boolean {
  return OTHER_ENGINES.test(name);
}

import { type InstanceClass, instanceClasses } from './instance-classes.ts';

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

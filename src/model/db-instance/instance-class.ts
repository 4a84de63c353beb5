import { type InstanceClass, instanceClasses } from './instance-classes.ts';

const byName = new Map(instanceClasses.map((each) => [each.name, each]));

/** The class with this name, `db.t2.micro`, if it is on offer. */
export function findInstanceClass(name: string): InstanceClass | undefined {
  return byName.get(name);
}

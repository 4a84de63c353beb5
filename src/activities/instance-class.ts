import { findInstanceClass } from '../model/db-instance/instance-class.ts';
import type { InstanceClass } from '../model/db-instance/instance-classes.ts';
import { finalFailure } from './activity-failure.ts';

/**
 * @throws ApplicationFailure, not retryable, where no class has this name: the instance is of a newer Cornac
 */
export function getInstanceClass(name: string): InstanceClass {
  const found = findInstanceClass(name);
  if (found) return found;
  throw finalFailure('Configuration', `no DB instance class ${name}`);
}

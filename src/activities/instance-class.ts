import { ApplicationFailure } from '@temporalio/common';
import { findInstanceClass } from '../model/db-instance/instance-class.ts';
import type { InstanceClass } from '../model/db-instance/instance-classes.ts';

/**
 * @throws ApplicationFailure, not retryable, where no class has this name: the instance is of a newer Cornac
 */
export function getInstanceClass(name: string): InstanceClass {
  const found = findInstanceClass(name);
  if (found) return found;
  throw ApplicationFailure.nonRetryable(`no DB instance class ${name}`, 'Configuration');
}

import type { Action } from '../action.ts';
import { addTagsToResource } from './add-tags-to-resource.ts';
import { createDBInstance } from './create-db-instance.ts';
import { deleteDBInstance } from './delete-db-instance.ts';
import { describeDBEngineVersions } from './describe-db-engine-versions.ts';
import { describeDBInstances } from './describe-db-instances.ts';
import { describeEvents } from './describe-events.ts';
import { describeOrderableDBInstanceOptions } from './describe-orderable-db-instance-options.ts';
import { listTagsForResource } from './list-tags-for-resource.ts';
import { modifyDBInstance } from './modify-db-instance.ts';
import { rebootDBInstance } from './reboot-db-instance.ts';
import { removeTagsFromResource } from './remove-tags-from-resource.ts';
import { startDBInstance } from './start-db-instance.ts';
import { stopDBInstance } from './stop-db-instance.ts';

/** The operations of RDS that Cornac offers. */
export const actions: readonly Action[] = [
  addTagsToResource,
  createDBInstance,
  deleteDBInstance,
  describeDBEngineVersions,
  describeDBInstances,
  describeEvents,
  describeOrderableDBInstanceOptions,
  listTagsForResource,
  modifyDBInstance,
  rebootDBInstance,
  removeTagsFromResource,
  startDBInstance,
  stopDBInstance,
];

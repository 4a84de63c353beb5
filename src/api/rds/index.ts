import type { Action } from '../action.ts';
import { describeCertificates } from './certificate/describe.ts';
import { modifyCertificates } from './certificate/modify.ts';
import { createDBInstance } from './db-instance/create.ts';
import { deleteDBInstance } from './db-instance/delete.ts';
import { describeDBInstances } from './db-instance/describe.ts';
import { modifyDBInstance } from './db-instance/modify.ts';
import { rebootDBInstance } from './db-instance/reboot.ts';
import { startDBInstance } from './db-instance/start.ts';
import { stopDBInstance } from './db-instance/stop.ts';
import { describeDBParameterGroups } from './db-parameter-group/describe.ts';
import { describeDBSnapshots } from './db-snapshot/describe.ts';
import { describeOrderableDBInstanceOptions } from './engine/describe-orderable-options.ts';
import { describeDBEngineVersions } from './engine/describe-versions.ts';
import { describeEvents } from './event/describe.ts';
import { addTagsToResource } from './tag/add.ts';
import { listTagsForResource } from './tag/list.ts';
import { removeTagsFromResource } from './tag/remove.ts';

/** The operations of RDS that Cornac offers. */
export const actions: readonly Action[] = [
  addTagsToResource,
  createDBInstance,
  deleteDBInstance,
  describeCertificates,
  describeDBEngineVersions,
  describeDBInstances,
  describeDBParameterGroups,
  describeDBSnapshots,
  describeEvents,
  describeOrderableDBInstanceOptions,
  listTagsForResource,
  modifyCertificates,
  modifyDBInstance,
  rebootDBInstance,
  removeTagsFromResource,
  startDBInstance,
  stopDBInstance,
];

import type { Action } from '../action.ts';
import { absentReads } from './absent/reads.ts';
import { describeAccountAttributes } from './account/describe-attributes.ts';
import { createDBInstance } from './db-instance/create.ts';
import { deleteDBInstance } from './db-instance/delete.ts';
import { describeDBInstances } from './db-instance/describe.ts';
import { describeValidDBInstanceModifications } from './db-instance/describe-valid-modifications.ts';
import { modifyDBInstance } from './db-instance/modify.ts';
import { rebootDBInstance } from './db-instance/reboot.ts';
import { startDBInstance } from './db-instance/start.ts';
import { stopDBInstance } from './db-instance/stop.ts';
import { describeDBParameterGroups } from './db-parameter-group/describe.ts';
import { createDBSnapshot } from './db-snapshot/create.ts';
import { deleteDBSnapshot } from './db-snapshot/delete.ts';
import { describeDBSnapshots } from './db-snapshot/describe.ts';
import { describeDBSnapshotAttributes } from './db-snapshot/describe-attributes.ts';
import { describeDBMajorEngineVersions } from './engine/describe-major-versions.ts';
import { describeOrderableDBInstanceOptions } from './engine/describe-orderable-options.ts';
import { describeDBEngineVersions } from './engine/describe-versions.ts';
import { describeEvents } from './event/describe.ts';
import { describeEventCategories } from './event/describe-categories.ts';
import { addTagsToResource } from './tag/add.ts';
import { listTagsForResource } from './tag/list.ts';
import { removeTagsFromResource } from './tag/remove.ts';

/** The actions with a file of their own. */
const ownActions: readonly Action[] = [
  addTagsToResource,
  createDBInstance,
  createDBSnapshot,
  deleteDBInstance,
  deleteDBSnapshot,
  describeAccountAttributes,
  describeDBEngineVersions,
  describeDBInstances,
  describeDBMajorEngineVersions,
  describeDBParameterGroups,
  describeDBSnapshotAttributes,
  describeDBSnapshots,
  describeEventCategories,
  describeEvents,
  describeOrderableDBInstanceOptions,
  describeValidDBInstanceModifications,
  listTagsForResource,
  modifyDBInstance,
  rebootDBInstance,
  removeTagsFromResource,
  startDBInstance,
  stopDBInstance,
];

/** The operations of RDS that Cornac offers. */
export const actions: readonly Action[] = [...ownActions, ...absentReads];

import type { Action } from '../action.ts';
import { absentReads } from './absent/reads.ts';
import { describeAccountAttributes } from './account/describe-attributes.ts';
import { describeCertificates } from './certificate/describe.ts';
import { modifyCertificates } from './certificate/modify.ts';
import { createDBInstance } from './db-instance/create.ts';
import { createDBInstanceReadReplica } from './db-instance/create-read-replica.ts';
import { deleteDBInstance } from './db-instance/delete.ts';
import { describeDBInstances } from './db-instance/describe.ts';
import { describeValidDBInstanceModifications } from './db-instance/describe-valid-modifications.ts';
import { modifyDBInstance } from './db-instance/modify.ts';
import { promoteReadReplica } from './db-instance/promote-read-replica.ts';
import { rebootDBInstance } from './db-instance/reboot.ts';
import { restoreDBInstanceToPointInTime } from './db-instance/restore-to-point-in-time.ts';
import { startDBInstance } from './db-instance/start.ts';
import { stopDBInstance } from './db-instance/stop.ts';
import { deleteDBInstanceAutomatedBackup } from './db-instance-automated-backup/delete.ts';
import { describeDBInstanceAutomatedBackups } from './db-instance-automated-backup/describe.ts';
import { describeDBLogFiles } from './db-log-file/describe.ts';
import { downloadDBLogFilePortion } from './db-log-file/download.ts';
import { copyDBParameterGroup } from './db-parameter-group/copy.ts';
import { createDBParameterGroup } from './db-parameter-group/create.ts';
import { deleteDBParameterGroup } from './db-parameter-group/delete.ts';
import { describeDBParameterGroups } from './db-parameter-group/describe.ts';
import { describeEngineDefaultParameters } from './db-parameter-group/describe-engine-defaults.ts';
import { describeDBParameters } from './db-parameter-group/describe-parameters.ts';
import { modifyDBParameterGroup } from './db-parameter-group/modify.ts';
import { resetDBParameterGroup } from './db-parameter-group/reset.ts';
import { createDBSnapshot } from './db-snapshot/create.ts';
import { deleteDBSnapshot } from './db-snapshot/delete.ts';
import { describeDBSnapshots } from './db-snapshot/describe.ts';
import { describeDBSnapshotAttributes } from './db-snapshot/describe-attributes.ts';
import { restoreDBInstanceFromDBSnapshot } from './db-snapshot/restore.ts';
import { createDBSubnetGroup } from './db-subnet-group/create.ts';
import { deleteDBSubnetGroup } from './db-subnet-group/delete.ts';
import { describeDBSubnetGroups } from './db-subnet-group/describe.ts';
import { modifyDBSubnetGroup } from './db-subnet-group/modify.ts';
import { describeDBMajorEngineVersions } from './engine/describe-major-versions.ts';
import { describeOrderableDBInstanceOptions } from './engine/describe-orderable-options.ts';
import { describeDBEngineVersions } from './engine/describe-versions.ts';
import { describeEvents } from './event/describe.ts';
import { describeEventCategories } from './event/describe-categories.ts';
import { copyOptionGroup } from './option-group/copy.ts';
import { createOptionGroup } from './option-group/create.ts';
import { deleteOptionGroup } from './option-group/delete.ts';
import { describeOptionGroups } from './option-group/describe.ts';
import { modifyOptionGroup } from './option-group/modify.ts';
import { addTagsToResource } from './tag/add.ts';
import { listTagsForResource } from './tag/list.ts';
import { removeTagsFromResource } from './tag/remove.ts';

/** The actions with a file of their own. */
const ownActions: readonly Action[] = [
  addTagsToResource,
  copyDBParameterGroup,
  copyOptionGroup,
  createDBInstance,
  createDBInstanceReadReplica,
  createDBParameterGroup,
  createDBSnapshot,
  createDBSubnetGroup,
  createOptionGroup,
  deleteDBInstance,
  deleteDBInstanceAutomatedBackup,
  deleteDBParameterGroup,
  deleteDBSnapshot,
  deleteDBSubnetGroup,
  deleteOptionGroup,
  describeAccountAttributes,
  describeCertificates,
  describeDBEngineVersions,
  describeDBInstanceAutomatedBackups,
  describeDBInstances,
  describeDBLogFiles,
  describeDBMajorEngineVersions,
  describeDBParameterGroups,
  describeDBParameters,
  describeDBSnapshotAttributes,
  describeDBSnapshots,
  describeDBSubnetGroups,
  describeEngineDefaultParameters,
  describeEventCategories,
  describeEvents,
  describeOptionGroups,
  describeOrderableDBInstanceOptions,
  describeValidDBInstanceModifications,
  downloadDBLogFilePortion,
  listTagsForResource,
  modifyCertificates,
  modifyDBInstance,
  modifyDBParameterGroup,
  modifyDBSubnetGroup,
  modifyOptionGroup,
  promoteReadReplica,
  rebootDBInstance,
  removeTagsFromResource,
  resetDBParameterGroup,
  restoreDBInstanceFromDBSnapshot,
  restoreDBInstanceToPointInTime,
  startDBInstance,
  stopDBInstance,
];

/** The operations of RDS that Cornac offers. */
export const actions: readonly Action[] = [...ownActions, ...absentReads];

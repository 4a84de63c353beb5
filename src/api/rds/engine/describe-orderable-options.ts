import type { DescribeOrderableDBInstanceOptionsMessage } from '@aws-sdk/client-rds';
import { instanceClasses } from '../../../model/db-instance/instance-classes.ts';
import { storageTypes } from '../../../model/db-instance/storage.ts';
import { compareVersions, majorOf, resolveVersion } from '../../../model/engine/engine-version.ts';
import { cannotFindVersion } from '../../../model/errors.ts';
import { checkAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { refuseFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { refuseUnknownClass, required } from '../db-instance/rules.ts';
import { type Option, toOrderableOption } from './orderable-option-view.ts';
import { isOfferedEngine } from './rds-engines.ts';

// MaxRecords of API_DescribeOrderableDBInstanceOptions
const LARGEST_PAGE = 1000;

type Input = DescribeOrderableDBInstanceOptionsMessage;

/** Only PostgreSQL, its licence and no zone group are offered, and every option is in a VPC. */
function isElsewhere({ LicenseModel, Vpc, AvailabilityZoneGroup }: Input) {
  return (
    (LicenseModel !== undefined && LicenseModel !== 'postgresql-license') ||
    Vpc === false ||
    AvailabilityZoneGroup !== undefined
  );
}

function positionOf({ engineVersion, dbInstanceClass, storageType }: Option): string {
  return [engineVersion, dbInstanceClass, storageType].join('/');
}

/** Each name with its place in the order in which it is offered. */
function ranks(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, rank) => [name, rank]));
}
const STORAGE_RANKS = ranks(storageTypes);
const CLASS_RANKS = ranks(instanceClasses.map(({ name }) => name));

/** By version, class and storage, in the order in which they are offered. */
function comparePositions(a: string, b: string): number {
  const [versionA = '', classA = '', storageA = ''] = a.split('/');
  const [versionB = '', classB = '', storageB = ''] = b.split('/');
  return (
    compareVersions(versionA, versionB) ||
    (CLASS_RANKS.get(classA) ?? -1) - (CLASS_RANKS.get(classB) ?? -1) ||
    (STORAGE_RANKS.get(storageA) ?? -1) - (STORAGE_RANKS.get(storageB) ?? -1)
  );
}

/**
 * The versions that the request names: one of another engine finds nothing, and one that the origin lacks is an
 * error, as on RDS.
 */
function versionsFor({ Engine, EngineVersion: wanted }: Input, offered: readonly string[]): string[] {
  if (!isOfferedEngine(required('Engine', Engine))) return [];
  if (wanted === undefined) return [...offered];
  if (!resolveVersion(wanted, offered)) throw cannotFindVersion(wanted);
  return offered.filter((version) => version === wanted || majorOf(version) === wanted);
}

/** What CreateDBInstance takes: every class with every version and type of storage. */
export const describeOrderableDBInstanceOptions = action(
  'DescribeOrderableDBInstanceOptions',
  async (input, { inventory, owner }) => {
    const offered = await inventory.engineVersions.list();
    const { request, versions } = checkAll({
      filters: () => refuseFilters(input.Filters),
      request: () => readPageRequest(input, LARGEST_PAGE),
      versions: () => versionsFor(input, offered),
      dbInstanceClass: () =>
        input.DBInstanceClass === undefined || refuseUnknownClass(input.DBInstanceClass, input.EngineVersion),
    });

    const classes = instanceClasses.filter(
      ({ name }) => input.DBInstanceClass === undefined || name === input.DBInstanceClass,
    );
    const options = (isElsewhere(input) ? [] : versions).flatMap((engineVersion) =>
      classes.flatMap(({ name: dbInstanceClass }) =>
        storageTypes.map((storageType): Option => ({ engineVersion, dbInstanceClass, storageType })),
      ),
    );
    const { records, marker } = pageOf(options, request, positionOf, comparePositions);
    return {
      Marker: marker,
      OrderableDBInstanceOptions: records.map((option) => toOrderableOption(option, owner)),
    };
  },
);

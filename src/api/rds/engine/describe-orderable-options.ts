import type { DescribeOrderableDBInstanceOptionsMessage } from '@aws-sdk/client-rds';
import { instanceClasses } from '../../../model/db-instance/instance-class.ts';
import { storageTypes } from '../../../model/db-instance/storage.ts';
import { compareVersions, majorOf } from '../../../model/engine/engine-version.ts';
import { action } from '../../action.ts';
import { refuseFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { type Option, toOrderableOption } from './orderable-option-view.ts';

// MaxRecords of API_DescribeOrderableDBInstanceOptions
const LARGEST_PAGE = 1000;

function isWanted(
  { EngineVersion, DBInstanceClass }: DescribeOrderableDBInstanceOptionsMessage,
  { engineVersion, dbInstanceClass }: Option,
) {
  return (
    (EngineVersion === undefined ||
      EngineVersion === engineVersion ||
      EngineVersion === majorOf(engineVersion)) &&
    (DBInstanceClass === undefined || DBInstanceClass === dbInstanceClass)
  );
}

/** Only PostgreSQL, its licence and no zone group are offered, and every option is in a VPC. */
function isElsewhere({
  Engine,
  LicenseModel,
  Vpc,
  AvailabilityZoneGroup,
}: DescribeOrderableDBInstanceOptionsMessage) {
  return (
    Engine !== 'postgres' ||
    (LicenseModel !== undefined && LicenseModel !== 'postgresql-license') ||
    Vpc === false ||
    AvailabilityZoneGroup !== undefined
  );
}

function positionOf({ engineVersion, dbInstanceClass, storageType }: Option): string {
  return [engineVersion, dbInstanceClass, storageType].join('/');
}

const STORAGE_TYPES: readonly string[] = storageTypes;
const CLASSES = instanceClasses.map(({ name }) => name);

/** By version, class and storage, in the order in which they are offered. */
function comparePositions(a: string, b: string): number {
  const [versionA = '', classA = '', storageA = ''] = a.split('/');
  const [versionB = '', classB = '', storageB = ''] = b.split('/');
  return (
    compareVersions(versionA, versionB) ||
    CLASSES.indexOf(classA) - CLASSES.indexOf(classB) ||
    STORAGE_TYPES.indexOf(storageA) - STORAGE_TYPES.indexOf(storageB)
  );
}

/** What CreateDBInstance takes: every class with every version and type of storage. */
export const describeOrderableDBInstanceOptions = action(
  'DescribeOrderableDBInstanceOptions',
  async (input, { inventory, owner }) => {
    refuseFilters(input.Filters);
    const request = readPageRequest(input, LARGEST_PAGE);
    const versions = isElsewhere(input) ? [] : (await inventory.engineVersions.list()).sort(compareVersions);

    const options = versions
      .flatMap((engineVersion) =>
        instanceClasses.flatMap(({ name: dbInstanceClass }) =>
          storageTypes.map((storageType): Option => ({ engineVersion, dbInstanceClass, storageType })),
        ),
      )
      .filter((option) => isWanted(input, option));
    const { records, marker } = pageOf(options, request, positionOf, comparePositions);
    return {
      Marker: marker,
      OrderableDBInstanceOptions: records.map((option) => toOrderableOption(option, owner)),
    };
  },
);

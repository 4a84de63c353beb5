import type { DBMajorEngineVersion } from '@aws-sdk/client-rds';
import { compareVersions } from '../../../model/engine/engine-version.ts';
import { lifecycleOf, majorsOf } from '../../../model/engine/major-version.ts';
import { checkAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { isOfferedEngine } from './rds-engines.ts';

/**
 * The major version as RDS shows it. Its support is that of PostgreSQL: packages of the origin come from there,
 * and AWS's extended support is a service that Cornac does not have.
 */
function toDBMajorEngineVersion(major: string): DBMajorEngineVersion {
  const lifecycle = lifecycleOf(major);
  return {
    Engine: 'postgres',
    MajorEngineVersion: major,
    SupportedEngineLifecycles: lifecycle
      ? [
          {
            LifecycleSupportName: 'open-source-rds-standard-support',
            LifecycleSupportStartDate: lifecycle.from,
            LifecycleSupportEndDate: lifecycle.to,
          },
        ]
      : [],
  };
}

/** The major versions that the machine origin holds, from old to new. */
export const describeDBMajorEngineVersions = action(
  'DescribeDBMajorEngineVersions',
  async (input, { inventory }) => {
    const { Engine, MajorEngineVersion: wanted } = input;
    const { request, isOffered } = checkAll({
      request: () => readPageRequest(input),
      isOffered: () => Engine === undefined || isOfferedEngine(Engine),
    });
    const majors = isOffered ? majorsOf(await inventory.engineVersions.list()) : [];
    const { records, marker } = pageOf(
      majors.filter((major) => wanted === undefined || major === wanted),
      request,
      (major) => major,
      compareVersions,
    );
    return { Marker: marker, DBMajorEngineVersions: records.map(toDBMajorEngineVersion) };
  },
);

import type { DescribeDBEngineVersionsMessage } from '@aws-sdk/client-rds';
import {
  compareVersions,
  majorOf,
  parameterGroupFamily,
  resolveVersion,
} from '../../../model/engine/engine-version.ts';
import { invalidParameterCombination } from '../../../model/errors.ts';
import { checkAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { readFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { isOfferedEngine } from './rds-engines.ts';
import { toDBEngineVersion } from './version-view.ts';

const FILTERS = ['db-parameter-group-family', 'engine', 'engine-mode', 'engine-version', 'status'] as const;

/** `15` matches every version of 15, `15.4` only itself. */
function isNamedBy(version: string, wanted: string) {
  return version === wanted || majorOf(version) === wanted;
}

function select(input: DescribeDBEngineVersionsMessage, offered: readonly string[]): string[] {
  const { Engine, EngineVersion, DBParameterGroupFamily, DefaultOnly } = input;
  const filters = readFilters(input.Filters, FILTERS);
  const lets = (name: (typeof FILTERS)[number], value: string) => filters.get(name)?.has(value) ?? true;

  if (Engine !== undefined && !isOfferedEngine(Engine)) return [];
  if (!lets('engine', 'postgres') || !lets('status', 'available') || !lets('engine-mode', 'provisioned')) {
    return [];
  }
  // The version that CreateDBInstance would take.
  const preferred = DefaultOnly ? resolveVersion(EngineVersion, offered) : undefined;
  return [...offered].sort(compareVersions).filter((version) => {
    const family = parameterGroupFamily(version);
    return (
      (EngineVersion === undefined || isNamedBy(version, EngineVersion)) &&
      (DBParameterGroupFamily === undefined || family === DBParameterGroupFamily) &&
      (!DefaultOnly || version === preferred) &&
      lets('db-parameter-group-family', family) &&
      lets('engine-version', version)
    );
  });
}

function refuseBothFlags({ IncludeAll, DefaultOnly }: DescribeDBEngineVersionsMessage): void {
  if (!IncludeAll || !DefaultOnly) return;
  throw invalidParameterCombination('Cannot specify both IncludeAll and DefaultOnly flags.');
}

/** The PostgreSQL versions that the machine origin holds, from old to new. */
export const describeDBEngineVersions = action('DescribeDBEngineVersions', async (input, { inventory }) => {
  const offered = await inventory.engineVersions.list();
  const { request, versions } = checkAll({
    request: () => readPageRequest(input),
    flags: () => refuseBothFlags(input),
    versions: () => select(input, offered),
  });
  const { records, marker } = pageOf(versions, request, (version) => version, compareVersions);
  return { Marker: marker, DBEngineVersions: records.map(toDBEngineVersion) };
});

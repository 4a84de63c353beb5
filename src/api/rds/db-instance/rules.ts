import type { Config } from '../../../config/config.ts';
import { findInstanceClass } from '../../../model/db-instance/instance-class.ts';
import { isClassOfOtherEngine } from '../../../model/db-instance/instance-classes.ts';
import { resolveVersion } from '../../../model/engine/engine-version.ts';
import {
  cannotFindVersion,
  insufficientDBInstanceCapacity,
  invalidParameterCombination,
  invalidParameterValue,
} from '../../../model/errors.ts';
import type { Owner } from '../../../model/owner.ts';
import { parameterNotOffered } from '../../request/not-offered.ts';

/**
 * Requires a member that is optional in AWS's model and that the engine needs.
 * @throws invalidParameterValue in RDS's words
 */
export function required<T>(name: string, value: T | undefined): T {
  if (value === undefined || value === '') {
    throw invalidParameterValue(`The parameter ${name} must be provided and must not be blank.`);
  }
  return value;
}

export function refuseOtherEngine(engine: string | undefined): void {
  if (engine !== undefined && engine !== 'postgres') {
    throw invalidParameterValue(`Invalid DB engine: ${engine}. This endpoint offers postgres.`);
  }
}

export function refuseOtherLicense(license: string | undefined): void {
  if (license !== undefined && license !== 'postgresql-license') {
    throw invalidParameterValue(
      `Invalid license model '${license}' for engine 'postgres'. Valid license models are: postgresql-license.`,
    );
  }
}

/** Zones are only names: those of the request's region are accepted and shown. */
export function refuseOtherZone(zone: string | undefined, { region }: Owner): void {
  if (zone === undefined || (zone.startsWith(region) && /^[a-z]$/.test(zone.slice(region.length)))) return;
  throw invalidParameterValue(`Invalid availability zone: ${zone}`);
}

/**
 * Returns the name of a class that is offered.
 * @param engineVersion as the request names it, for the message
 */
export function refuseUnknownClass(name: string, engineVersion = 'default'): string {
  if (findInstanceClass(name)) return name;
  if (!isClassOfOtherEngine(name)) throw invalidParameterValue(`Invalid DB Instance class: ${name}`);
  throw invalidParameterCombination(
    `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${name}, ` +
      `Engine=postgres, EngineVersion=${engineVersion}, LicenseModel=postgresql-license. For supported ` +
      'combinations of instance class and database engine version, see the documentation.',
  );
}

/** Refuses automated backups where the machines have no repository. */
export function refuseBackupsWithoutRepository(
  days: number | undefined,
  { backupRepository }: Pick<Config, 'backupRepository'>,
): void {
  if (!days || backupRepository !== undefined) return;
  throw parameterNotOffered('BackupRetentionPeriod', 'automated backups', '0');
}

/** A limit that equals the storage turns autoscaling off: Terraform expresses it like this. */
export function refuseAutoscaling(limit: number | undefined, allocatedStorage: number): void {
  if (limit === undefined || limit === 0 || limit === allocatedStorage) return;
  throw parameterNotOffered('MaxAllocatedStorage', 'storage autoscaling', 'AllocatedStorage');
}

/** The version of a new instance; `offered` are the versions of the machine origin. */
export function chooseEngineVersion(wanted: string | undefined, offered: readonly string[]): string {
  if (offered.length === 0) {
    throw insufficientDBInstanceCapacity(
      'PostgreSQL versions are unknown until a worker has run once: start `cornac worker`.',
    );
  }
  const version = resolveVersion(wanted, offered);
  if (!version) throw cannotFindVersion(wanted ?? '');
  return version;
}

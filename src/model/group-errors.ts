import { AwsError } from './errors.ts';

// Errors of the groups that only Cornac's answers depend on: a part of the catalogue in errors.ts.

export function dbSubnetGroupAlreadyExists(name: string) {
  return new AwsError('DBSubnetGroupAlreadyExists', 400, `The DB subnet group '${name}' already exists.`);
}

export function dbSubnetGroupDoesNotCoverEnoughAZs(zones: string) {
  return new AwsError(
    'DBSubnetGroupDoesNotCoverEnoughAZs',
    400,
    "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. " +
      `Current AZ coverage: ${zones}. Add subnets to cover at least 2 AZs.`,
  );
}

export function dbSubnetGroupQuotaExceeded(quota: number) {
  return new AwsError(
    'DBSubnetGroupQuotaExceeded',
    400,
    `The quota of ${quota} DB subnet groups was exceeded for this account.`,
  );
}

export function dbSubnetQuotaExceeded(quota: number) {
  return new AwsError(
    'DBSubnetQuotaExceededFault',
    400,
    `A DB subnet group can have at most ${quota} subnets.`,
  );
}

export function invalidDBSubnetGroupState(message: string) {
  return new AwsError('InvalidDBSubnetGroupStateFault', 400, message);
}

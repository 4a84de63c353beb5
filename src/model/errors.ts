/**
 * The closed catalogue of errors that a user of the API can get, with the codes and words of AWS.
 *
 * Codes and statuses of modelled faults are those of the RDS service model; a test compares them with the
 * schemas of `@aws-sdk/client-rds`. The others are those of "Common Errors" in the RDS API Reference.
 * Messages matter, because Terraform's provider and Ansible match on parts of them.
 */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** The content of `Code`, e.g. `DBInstanceNotFound`. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }

  /** The content of `Type`: `Sender` below 500, otherwise `Receiver`. */
  get type(): 'Sender' | 'Receiver' {
    return this.status < 500 ? 'Sender' : 'Receiver';
  }
}

// Instances

export function dbInstanceNotFound(id: string) {
  return new AwsError('DBInstanceNotFound', 404, `DBInstance ${id} not found.`);
}

export function dbInstanceAlreadyExists() {
  return new AwsError('DBInstanceAlreadyExists', 400, 'DB instance already exists');
}

export function invalidDBInstanceState(message: string) {
  return new AwsError('InvalidDBInstanceState', 400, message);
}

export function storageTypeNotSupported(message: string) {
  return new AwsError('StorageTypeNotSupported', 400, message);
}

export function insufficientDBInstanceCapacity(message: string) {
  return new AwsError('InsufficientDBInstanceCapacity', 400, message);
}

export function dbInstanceNotReady(id: string) {
  return new AwsError(
    'DBInstanceNotReady',
    400,
    `The log files of DBInstance ${id} cannot be read at present.`,
  );
}

export function dbLogFileNotFound(name: string) {
  return new AwsError('DBLogFileNotFoundFault', 404, `DBLog File: ${name}, is not found on the DB instance`);
}

export function dbSnapshotNotFound(id: string) {
  return new AwsError('DBSnapshotNotFound', 404, `DBSnapshot ${id} not found.`);
}

export function dbSnapshotAlreadyExists(id: string) {
  return new AwsError(
    'DBSnapshotAlreadyExists',
    400,
    `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
  );
}

export function snapshotQuotaExceeded(quota: number) {
  return new AwsError('SnapshotQuotaExceeded', 400, `The quota of ${quota} manual DB snapshots is used up.`);
}

export function invalidDBSnapshotState(message: string) {
  return new AwsError('InvalidDBSnapshotState', 400, message);
}

/** Why an instance that is made of a snapshot is failed. The message has no path. */
export function damagedSnapshot(identifier: string) {
  return invalidDBSnapshotState(
    `The backup of the DB snapshot ${identifier} is damaged or incomplete and cannot be restored. Delete this DB ` +
      'instance, and restore another DB snapshot.',
  );
}

export function pointInTimeRestoreNotEnabled(id: string) {
  return new AwsError(
    'PointInTimeRestoreNotEnabled',
    400,
    `The DB instance ${id} has no automated backups: its backup retention period is 0.`,
  );
}

export function dbInstanceAutomatedBackupNotFound(name: string) {
  return new AwsError(
    'DBInstanceAutomatedBackupNotFound',
    404,
    `DBInstanceAutomatedBackup ${name} not found.`,
  );
}

export function invalidDBInstanceAutomatedBackupState(message: string) {
  return new AwsError('InvalidDBInstanceAutomatedBackupState', 400, message);
}

export function dbInstanceAutomatedBackupQuotaExceeded(quota: number) {
  return new AwsError(
    'DBInstanceAutomatedBackupQuotaExceeded',
    400,
    `The quota of ${quota} retained automated backups is used up.`,
  );
}

export function invalidRestore(message: string) {
  return new AwsError('InvalidRestoreFault', 400, message);
}

// What belongs to instances

export function dbParameterGroupNotFound(name: string) {
  return new AwsError('DBParameterGroupNotFound', 404, `DBParameterGroup not found: ${name}`);
}

export function dbParameterGroupAlreadyExists(name: string) {
  return new AwsError('DBParameterGroupAlreadyExists', 400, `Parameter group ${name} already exists`);
}

export function invalidDBParameterGroupState(message: string) {
  return new AwsError('InvalidDBParameterGroupState', 400, message);
}

export function dbSubnetGroupNotFound(name: string) {
  return new AwsError('DBSubnetGroupNotFoundFault', 404, `DB subnet group '${name}' does not exist.`);
}

export function optionGroupNotFound(name: string) {
  return new AwsError('OptionGroupNotFoundFault', 404, `Specified OptionGroupName: ${name} not found.`);
}

export function certificateNotFound(identifier: string) {
  return new AwsError('CertificateNotFound', 404, `Certificate not found: ${identifier}`);
}

// Parameters

export function invalidParameterValue(message: string) {
  return new AwsError('InvalidParameterValue', 400, message);
}

export function invalidParameterCombination(message: string) {
  return new AwsError('InvalidParameterCombination', 400, message);
}

/** For a version that the origin does not have. */
export function cannotFindVersion(version: string) {
  return invalidParameterCombination(`Cannot find version ${version} for postgres`);
}

/** A required member is missing. */
export function missingRequiredParameter(name: string) {
  return new AwsError('MissingParameter', 400, `The request must contain the parameter ${name}`);
}

/** The parameters of the body do not fit the shape of the input at all. */
export function malformedInput(message: string) {
  return new AwsError('MalformedInput', 400, message);
}

/** The body or query string is not `application/x-www-form-urlencoded`. */
export function malformedQueryString(message: string) {
  return new AwsError('MalformedQueryString', 404, message);
}

// Requests

export function missingAction() {
  return new AwsError('MissingAction', 400, 'The request must contain the parameter Action');
}

/** For an action that the service does not have, or does not have in this version of the API. */
export function invalidAction(action: string, version: string) {
  return new AwsError('InvalidAction', 400, `Could not find operation ${action} for version ${version}`);
}

/** For an action that AWS has and Cornac does not offer. */
export function notOffered(action: string) {
  return new AwsError('InvalidAction', 400, `The action ${action} is not offered by this endpoint.`);
}

/** For a path or method without a service. */
export function notFound(method: string) {
  return new AwsError('NotFound', 404, `${method} is not supported here: the endpoint is POST /rds.`);
}

export function requestEntityTooLarge(limit: number) {
  return new AwsError('RequestEntityTooLarge', 413, `The request must not be longer than ${limit} bytes.`);
}

export function requestHeaderTooLarge() {
  return new AwsError('RequestHeaderSectionTooLarge', 431, 'The header of the request is too large.');
}

export function requestTimeout() {
  return new AwsError('RequestTimeout', 408, 'The request was not sent in time.');
}

export function expectationFailed() {
  return new AwsError('ExpectationFailed', 417, 'The only supported expectation is 100-continue.');
}

export function malformedHttpRequest() {
  return new AwsError('MalformedHttpRequest', 400, 'The request is not well-formed HTTP.');
}

export function accessDenied(message: string) {
  return new AwsError('AccessDenied', 403, message);
}

// Signatures

export function missingAuthenticationToken() {
  return new AwsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
}

export function invalidClientTokenId() {
  return new AwsError('InvalidClientTokenId', 403, 'The security token included in the request is invalid.');
}

/**
 * `detail` names what is wrong with the signature's scope. A signature that merely differs gets no detail.
 */
export function signatureDoesNotMatch(detail?: string) {
  return new AwsError(
    'SignatureDoesNotMatch',
    403,
    detail ??
      'The request signature we calculated does not match the signature you provided. ' +
        'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}

export function incompleteSignature(message: string) {
  return new AwsError('IncompleteSignature', 400, message);
}

export function requestExpired(message: string) {
  return new AwsError('RequestExpired', 400, message);
}

/**
 * For a signature that has already changed something. SDKs sign again and retry on this code, because two
 * equal calls within one second have the same signature.
 */
export function signatureUsed() {
  return new AwsError(
    'ThrottlingException',
    400,
    'The request was denied because its signature has been used already. Sign it again, a second later or more.',
  );
}

// The service

/** SDKs retry on this code. */
export function throttled() {
  return new AwsError('ThrottlingException', 400, 'Rate exceeded');
}

export function serviceUnavailable() {
  return new AwsError('ServiceUnavailable', 503, 'Service is unavailable. Please try again shortly.');
}

export function internalFailure() {
  return new AwsError(
    'InternalFailure',
    500,
    'The request processing has failed because of an unknown error, exception or failure.',
  );
}

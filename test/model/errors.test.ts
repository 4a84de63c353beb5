import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as rds from '@aws-sdk/client-rds';
import * as errors from '../../src/model/errors.ts';
import * as groupErrors from '../../src/model/group-errors.ts';

/**
 * Codes of "Common Errors" in the RDS API Reference and of AWS's query front end. The service model has none
 * of them.
 */
const COMMON: Record<string, number> = {
  AccessDenied: 403,
  ExpectationFailed: 417,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidParameterCombination: 400,
  InvalidParameterValue: 400,
  MalformedHttpRequest: 400,
  MalformedInput: 400,
  MalformedQueryString: 404,
  MissingAction: 400,
  MissingAuthenticationToken: 403,
  MissingParameter: 400,
  NotFound: 404,
  RequestEntityTooLarge: 413,
  RequestExpired: 400,
  RequestHeaderSectionTooLarge: 431,
  RequestTimeout: 408,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  ThrottlingException: 400,
};

const modelled = new Map<string, number>();
for (const schema of Object.values(rds)) {
  const traits: unknown = Array.isArray(schema) && schema[0] === -3 ? schema[3] : undefined;
  if (typeof traits !== 'object' || traits === null || !('awsQueryError' in traits)) continue;
  const [code, status] = traits.awsQueryError as [string, number];
  modelled.set(code, status);
}

const { AwsError, ...others } = errors;
const factories = { ...others, ...groupErrors };

for (const [name, factory] of Object.entries(factories)) {
  test(`${name} has the code and status that AWS gives it`, () => {
    const error = (factory as (argument: string) => errors.AwsError)('x');
    assert.ok(error instanceof AwsError);
    const expected = modelled.get(error.code) ?? COMMON[error.code];
    assert.ok(expected !== undefined, `${error.code} is neither in the service model nor a common error`);
    assert.equal(error.status, expected);
    assert.notEqual(error.message, '');
  });
}

test("the type of a caller's error is Sender, of a service error Receiver", () => {
  assert.equal(errors.dbInstanceNotFound('test0').type, 'Sender');
  assert.equal(errors.internalFailure().type, 'Receiver');
  assert.equal(errors.serviceUnavailable().type, 'Receiver');
});

test('messages that clients match on are those of AWS', () => {
  assert.equal(errors.dbInstanceNotFound('test0').message, 'DBInstance test0 not found.');
  assert.equal(errors.dbInstanceAlreadyExists().message, 'DB instance already exists');
  assert.equal(
    errors.invalidAction('Foo', '2014-10-31').message,
    'Could not find operation Foo for version 2014-10-31',
  );
});

import assert from 'node:assert/strict';
import { CreateDBInstance$ } from '@aws-sdk/client-rds';
import { decodeInput, parseForm } from '../../../src/api/protocol/query.ts';
import type { OperationSchema } from '../../../src/api/protocol/schema.ts';
import { compileOperation } from '../../../src/api/protocol/schema.ts';
import { AwsError } from '../../../src/model/errors.ts';

export function decode(schema: OperationSchema, form: string): unknown {
  return decodeInput(compileOperation(schema).input, parseForm(form));
}

export function create(form: string) {
  return decode(CreateDBInstance$, `DBInstanceIdentifier=a&DBInstanceClass=b&Engine=c&${form}`);
}

export function created(members: object) {
  return {
    DBInstanceIdentifier: 'a',
    DBInstanceClass: 'b',
    Engine: 'c',
    ...members,
  };
}

export function refuses(decoding: () => unknown, code: string, message: RegExp): void {
  assert.throws(decoding, (error) => {
    assert.ok(error instanceof AwsError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

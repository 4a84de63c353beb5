import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddTagsToResource$, DescribeDBInstances$, RebootDBInstance$ } from '@aws-sdk/client-rds';
import { XMLParser } from 'fast-xml-parser';
import type { OperationSchema } from '../../../src/api/protocol/schema.ts';
import { compileOperation } from '../../../src/api/protocol/schema.ts';
import { createEncoder, encodeError } from '../../../src/api/protocol/xml.ts';
import { dbInstanceNotFound, internalFailure } from '../../../src/model/errors.ts';

function encode(schema: OperationSchema, result: object | undefined) {
  return createEncoder(compileOperation(schema), 'urn:x')(result, 'id').toString();
}

function reboot(DBInstance: object) {
  return encode(RebootDBInstance$, { DBInstance });
}

function instance(content: string) {
  return (
    '<RebootDBInstanceResponse xmlns="urn:x"><RebootDBInstanceResult>' +
    `<DBInstance>${content}</DBInstance></RebootDBInstanceResult>` +
    '<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></RebootDBInstanceResponse>'
  );
}

test('an answer has result, request id and namespace', () => {
  assert.equal(
    reboot({ DBInstanceIdentifier: 'test0', AllocatedStorage: 5, MultiAZ: false }),
    instance(
      '<DBInstanceIdentifier>test0</DBInstanceIdentifier><AllocatedStorage>5</AllocatedStorage><MultiAZ>false</MultiAZ>',
    ),
  );
});

test('an operation without output answers with its metadata only', () => {
  const expected =
    '<AddTagsToResourceResponse xmlns="urn:x"><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>' +
    '</AddTagsToResourceResponse>';
  assert.equal(encode(AddTagsToResource$, undefined), expected);
  assert.equal(encode(AddTagsToResource$, { anything: 1 }), expected);
});

test('an empty list is written, an absent one is not', () => {
  assert.match(encode(DescribeDBInstances$, { DBInstances: [] }), /<DBInstances\/>/);
  assert.match(encode(DescribeDBInstances$, undefined), /<DescribeDBInstancesResult\/>/);
  assert.equal(
    reboot({ DBSecurityGroups: [], VpcSecurityGroups: undefined, Endpoint: null }),
    instance('<DBSecurityGroups/>'),
  );
});

test('list items are named as in the model', () => {
  assert.equal(
    reboot({ TagList: [{ Key: 'a', Value: '' }], EnabledCloudwatchLogsExports: ['x', 'y'] }),
    instance(
      '<EnabledCloudwatchLogsExports><member>x</member><member>y</member></EnabledCloudwatchLogsExports>' +
        '<TagList><Tag><Key>a</Key><Value/></Tag></TagList>',
    ),
  );
});

test('timestamps are ISO 8601, from a Date and from its JSON', () => {
  const expected = instance('<InstanceCreateTime>2026-11-23T04:55:05.123Z</InstanceCreateTime>');
  const date = new Date('2026-11-23T04:55:05.123Z');
  assert.equal(reboot({ InstanceCreateTime: date }), expected);
  assert.equal(reboot({ InstanceCreateTime: date.toJSON() }), expected);
});

test('members that the schema does not know are left out', () => {
  assert.equal(
    reboot({ MasterUserPassword: 'C0nfidentiel', toString: 'x' }),
    instance('').replace('<DBInstance></DBInstance>', '<DBInstance/>'),
  );
});

const HOSTILE = '</DBName><a b="c">&amp;]]>\r\n\t\u0000\u0008\u001b\ufffe\uffff\ud800é\u{1f418}';

test('any text gives a well-formed document: markup is escaped, forbidden characters become U+FFFD', () => {
  const xml = reboot({ DBName: HOSTILE });
  assert.match(
    xml,
    /&lt;\/DBName&gt;&lt;a b=&quot;c&quot;&gt;&amp;amp;\]\]&gt;&#xD;\n\t\ufffd{6}é\u{1f418}<\/DBName>/u,
  );
});

test('an error document names the side at fault', () => {
  assert.equal(
    encodeError(dbInstanceNotFound('a<b>&"c"'), 'id', 'urn:x'),
    '<ErrorResponse xmlns="urn:x"><Error><Type>Sender</Type><Code>DBInstanceNotFound</Code>' +
      '<Message>DBInstance a&lt;b&gt;&amp;&quot;c&quot; not found.</Message></Error><RequestId>id</RequestId></ErrorResponse>',
  );
  assert.match(encodeError(internalFailure(), 'id', 'urn:x'), /<Type>Receiver<\/Type>/);
});

test('an error with any characters in its message is well-formed', () => {
  const xml = encodeError(dbInstanceNotFound(HOSTILE), 'id', 'urn:x');
  const { ErrorResponse } = new XMLParser({ processEntities: false }).parse(xml, true);
  assert.match(
    ErrorResponse.Error.Message,
    /^DBInstance &lt;\/DBName&gt;&lt;a b=&quot;c&quot;&gt;&amp;amp;\]\]&gt;/,
  );
});

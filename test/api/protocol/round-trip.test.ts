import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import * as sdk from '@aws-sdk/client-rds';
import { decodeInput, parseForm } from '../../../src/api/protocol/query.ts';
import { compileOperation, rdsOperations } from '../../../src/api/protocol/schema.ts';
import { createEncoder } from '../../../src/api/protocol/xml.ts';
import { sampleOf } from '../../support/api/samples.ts';

/** The real client is the reference for both codecs: it sends to and reads from this server. */
let server: Server;
let client: sdk.RDSClient;
let received = '';
let answer: Buffer = Buffer.of();

before(async () => {
  server = createServer(async (request, response) => {
    received = Buffer.concat(await request.toArray()).toString();
    response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new sdk.RDSClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'local',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});

after(() => {
  client.destroy();
  server.close();
});

type AnyCommand = Parameters<sdk.RDSClient['send']>[0];

async function call(operation: string, input: object): Promise<object> {
  const commands = sdk as unknown as Record<string, new (input: object) => AnyCommand>;
  const Command = commands[`${operation}Command`];
  assert.ok(Command, `the SDK has no ${operation}Command`);
  const { $metadata, ...output } = await client.send(new Command(input));
  return output;
}

test('the service model has 168 operations', () => {
  assert.equal(rdsOperations.size, 168);
});

for (const [name, schema] of rdsOperations) {
  test(`${name}: the SDK’s request decodes to its input, and its answer to our output`, async () => {
    const operation = compileOperation(schema);
    const [input = {}, output] = [sampleOf(schema[4]), sampleOf(schema[5])];
    answer = createEncoder(operation, 'http://rds.amazonaws.com/doc/2014-10-31/')(output, 'request-id');

    const parsed = await call(name, input);

    assert.match(received, new RegExp(`^Action=${name}&Version=2014-10-31`));
    assert.deepEqual(decodeInput(operation.input, parseForm(received)), input);
    assert.deepEqual(parsed, output ?? {});
  });

  test(`${name}: an output that went through JSON encodes to the same answer`, () => {
    const encode = createEncoder(compileOperation(schema), 'urn:x');
    const output = sampleOf(schema[5]);
    const stored = output && JSON.parse(JSON.stringify(output));
    assert.deepEqual(encode(stored, 'id'), encode(output, 'id'));
  });
}

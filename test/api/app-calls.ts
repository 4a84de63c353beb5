import assert from 'node:assert/strict';
import { XMLParser } from 'fast-xml-parser';
import type { FastifyInstance } from 'fastify';
import { type SignOptions, signedCall } from '../support/api/sign.ts';

export interface Answer {
  status: number;
  requestId: string | undefined;
  xml: Record<string, { Error: Record<string, string>; RequestId: string }>;
  text: string;
}

/** The start of a CreateDBInstance, to which parameters are added. */
export const CREATE = 'Action=CreateDBInstance&DBInstanceIdentifier=a&DBInstanceClass=b&Engine=c&';

/** Calls of the app, as a client signs them. */
export function createCalls(app: FastifyInstance) {
  async function inject(call: Awaited<ReturnType<typeof signedCall>>): Promise<Answer> {
    const { statusCode, headers, payload } = await app.inject(call);
    assert.match(String(headers['content-type']), /^text\/xml/);
    return {
      status: statusCode,
      requestId: headers['x-amzn-requestid']?.toString(),
      xml: new XMLParser().parse(payload, true),
      text: payload,
    };
  }

  async function call(body: string, sign?: SignOptions) {
    return inject(await signedCall(body, sign));
  }
  function rds(body: string, sign?: SignOptions) {
    return call(`Version=2014-10-31&${body}`, sign);
  }

  return { inject, call, rds };
}

/** Asserts that the answer is this error. */
export async function refused(
  answering: Promise<Answer>,
  status: number,
  code: string,
  message = /./,
): Promise<Answer> {
  const answer = await answering;
  const { ErrorResponse } = answer.xml;
  assert.equal(ErrorResponse?.Error.Code, code, answer.text);
  assert.equal(answer.status, status);
  assert.match(ErrorResponse.Error.Message ?? '', message);
  assert.equal(ErrorResponse.Error.Type, status < 500 ? 'Sender' : 'Receiver');
  assert.equal(ErrorResponse.RequestId, answer.requestId);
  return answer;
}

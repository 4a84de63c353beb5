import { connect } from 'node:net';
import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** One answer of the gateway, judged as by a client. */
export interface Answer {
  readonly status: number;
  /** `OK`, or the code of the error. */
  readonly code: string;
  readonly body: string;
  /** Faults of its form: not XML, no request id. Empty for a well-formed answer. */
  readonly faults: readonly string[];
}

const parser = new XMLParser();

function judge(status: number, headers: ReadonlyMap<string, string>, body: string, isHead: boolean): Answer {
  const faults: string[] = [];
  const header = headers.get('x-amzn-requestid') ?? '';
  if (!/^[0-9a-f-]{36}$/.test(header)) faults.push('no request id');
  if (!/^text\/xml/.test(headers.get('content-type') ?? '')) faults.push('no XML by its type');
  if (isHead) return { status, code: status === 200 ? 'OK' : 'NotFound', body, faults };
  const { code, id, isWellFormed } = readXml(body);
  if (!isWellFormed) faults.push('no XML');
  if (id !== header) faults.push('another request id in the body');
  return { status, code, body, faults };
}

function readXml(body: string) {
  const isWellFormed = XMLValidator.validate(body) === true;
  const [root] = isWellFormed ? Object.values(parser.parse(body, true)) : [];
  const {
    Error: error,
    RequestId,
    ResponseMetadata,
  } = (root ?? {}) as {
    Error?: { Code?: string };
    RequestId?: string;
    ResponseMetadata?: { RequestId?: string };
  };
  return { code: error?.Code ?? 'OK', id: RequestId ?? ResponseMetadata?.RequestId, isWellFormed };
}

/** Parses the bytes of a connection as consecutive answers. */
export function readAnswers(bytes: Buffer, isHead = false): Answer[] {
  const answers: Answer[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const end = rest.indexOf('\r\n\r\n');
    const [start = '', ...lines] = rest.subarray(0, Math.max(end, 0)).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(start)?.[1] ?? 0);
    const headers = new Map(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    if (end < 0 || status === 0) return [...answers, judge(0, headers, rest.toString(), isHead)];
    const length = isHead || status === 100 ? 0 : Number(headers.get('content-length') ?? 0);
    const body = rest.subarray(end + 4, end + 4 + length).toString();
    if (status !== 100) answers.push(judge(status, headers, body, isHead));
    rest = rest.subarray(end + 4 + length);
  }
  return answers;
}

function isWhole(bytes: Buffer): boolean {
  const end = bytes.lastIndexOf('\r\n\r\n');
  const [, length] = /content-length: (\d+)/i.exec(bytes.subarray(0, end).toString('latin1')) ?? [];
  return end >= 0 && length !== undefined && bytes.length >= end + 4 + Number(length);
}

/** Sends bytes over a new connection and returns the answers, until the server closes it or has answered. */
export async function talk(port: number, raw: Buffer): Promise<Answer[]> {
  const isHead = raw.subarray(0, 5).toString() === 'HEAD ';
  const socket = connect(port, '127.0.0.1');
  let bytes: Buffer = Buffer.alloc(0);
  socket.on('data', (part) => {
    bytes = Buffer.concat([bytes, part]);
    if (isWhole(bytes) || isHead) socket.end();
  });
  // The server may answer and close the connection before all bytes are sent.
  socket.on('error', () => {});
  socket.setTimeout(10_000, () => socket.destroy());
  socket.write(raw);
  await new Promise((closed) => socket.once('close', closed));
  return readAnswers(bytes, isHead);
}

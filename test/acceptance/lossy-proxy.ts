import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A proxy in front of an endpoint that loses answers on request. */
export interface LossyProxy {
  /** The endpoint through the proxy. */
  readonly endpoint: string;
  /** The next attempt of the action is executed, and its answer is dropped. */
  loseAnswer(action: string): void;
  /** The attempts of the action so far: `amz-sdk-invocation-id` of each. */
  attempts(action: string): readonly string[];
  close(): Promise<void>;
}

/** Starts the proxy on a free port. Requests pass unchanged, including the host that they were signed for. */
export async function startLossyProxy(endpoint: string): Promise<LossyProxy> {
  const { host, pathname } = new URL(endpoint);
  const seen: { action: string; id: string }[] = [];
  const losing = new Set<string>();

  const forward = async (incoming: IncomingMessage, body: Buffer) => {
    const { method, url: path, headers } = incoming;
    const outgoing = request(`http://${host}`, { method, path, headers });
    outgoing.end(body);
    const [answer]: IncomingMessage[] = await once(outgoing, 'response');
    return {
      status: answer?.statusCode ?? 0,
      headers: answer?.headers,
      body: answer && (await buffer(answer)),
    };
  };
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const action = new URLSearchParams(body.toString()).get('Action') ?? '';
    seen.push({ action, id: String(incoming.headers['amz-sdk-invocation-id']) });
    const answer = await forward(incoming, body);
    if (losing.delete(action)) incoming.socket.destroy();
    else outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();

  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}${pathname}`,
    loseAnswer: (action) => losing.add(action),
    attempts: (action) => seen.flatMap((each) => (each.action === action ? [each.id] : [])),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

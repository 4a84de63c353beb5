import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A way to an endpoint on which answers get lost. */
export interface LossyProxy {
  /** The endpoint, by this way. */
  readonly endpoint: string;
  /** Calls that the next attempt of is answered, and the answer lost. */
  loseAnswer(action: string): void;
  /** Attempts of the action so far: `amz-sdk-invocation-id` of each. */
  attempts(action: string): readonly string[];
  close(): Promise<void>;
}

/** Starts it on a free port. Requests go on as they are, whom they were signed for included. */
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

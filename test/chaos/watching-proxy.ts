import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { judgeAnswer } from '../support/chaos/judge-answer.ts';

/** A proxy to the gateway that checks every answer, including answers after which a client retries. */
export interface WatchingProxy {
  /** The endpoint of the proxy; it stays the same. */
  readonly endpoint: string;
  /** Counts of answers by HTTP status. */
  readonly answers: ReadonlyMap<number, number>;
  /** Answers that no client may ever get: 5xx except 503, and answers that are not XML. One line each. */
  readonly bad: readonly string[];
  close(): Promise<void>;
}

/** Starts the proxy on `port`. Requests pass unchanged, including the host that they were signed for. */
export async function startWatchingProxy(port: number, gatewayPort: number): Promise<WatchingProxy> {
  const answers = new Map<number, number>();
  const bad: string[] = [];

  const forward = async (incoming: IncomingMessage, body: Buffer, signal: AbortSignal) => {
    const { method, url: path, headers } = incoming;
    const outgoing = request({
      host: 'localhost',
      port: gatewayPort,
      method,
      path,
      headers,
      agent: false,
      signal,
    });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) };
  };
  const server = createServer(async (incoming, outgoing) => {
    const left = new AbortController();
    incoming.socket.once('close', () => left.abort());
    try {
      const body = await buffer(incoming);
      const answer = await forward(incoming, body, left.signal);
      answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
      const wrong = judgeAnswer(answer.status, answer.headers['content-type'], answer.body.toString());
      if (wrong !== undefined) {
        bad.push(
          `${new Date().toISOString()} ${new URLSearchParams(body.toString()).get('Action')}: ${wrong}`,
        );
      }
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    } catch {
      // The gateway is down, or ended while it answered. For the client both are a lost connection.
      incoming.socket.destroy();
    }
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${port}/rds`,
    answers,
    bad,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

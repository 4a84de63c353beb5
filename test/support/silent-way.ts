import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * A proxy to a database that can go silent, as when a host has vanished: no data arrives, and no connection
 * ends. Connections made after the silence are answered; connections that were silenced stay silent.
 */
export async function startWay(databaseUrl: string) {
  const to = new URL(databaseUrl);
  const sockets: Socket[] = [];
  let silence = { isOn: false };
  const server = createServer((near) => {
    const own = silence;
    const far = connect(Number(to.port), to.hostname);
    sockets.push(near, far);
    near.on('data', (data) => own.isOn || far.write(data)).on('error', () => {});
    far.on('data', (data) => own.isOn || near.write(data)).on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(to);
  url.host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  return {
    url: url.toString(),
    goSilent: () => {
      silence.isOn = true;
    },
    speak: () => {
      silence = { isOn: false };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

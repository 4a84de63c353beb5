import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * A way to a database that can go silent, as one does whose host has vanished: nothing comes, and nothing ends. Who
 * connects when it speaks again is answered; what was silent once stays so.
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

import { createServer } from 'node:net';

// Stands for the PostgreSQL servers of many instances: answers SSLRequest as a server without encryption
// does. It has its own process, so that its CPU time is not counted.
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => socket.write('N'));
}).listen({ port: 0, host: '0.0.0.0', backlog: 4096 }, () => {
  const address = server.address();
  process.send?.(typeof address === 'object' && address ? address.port : 0);
});
process.on('disconnect', () => process.exit());

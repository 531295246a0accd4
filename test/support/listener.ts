import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

const HOST = '127.0.0.1';
/** Below the ports that systems give out by themselves, so that none of them takes ours while it is closed. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** A listening socket on loopback that can be really closed and opened again on its port. */
export async function listen(receive: RequestListener) {
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, receive);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  const open = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, HOST, () => {
        server.off('error', reject);
        resolve();
      });
    });

  const port = await openAnywhere(open);

  return {
    port,
    async start(): Promise<void> {
      if (!server.listening) await open(port);
    },
    /** From here on connections are refused; those there are, with requests under way, are reset. */
    async stop(): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
    },
  };
}

async function openAnywhere(open: (port: number) => Promise<void>): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    try {
      await open(port);
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`no free port from ${FIRST_PORT} to ${FIRST_PORT + PORTS}`);
}

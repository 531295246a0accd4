import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { errorCode } from './error-code.js';

const LOOPBACK = '127.0.0.1';

/** An HTTP server on loopback whose port can be closed and opened again. */
export interface Listener {
  server: Server;
  port(): number;
  /** Opens the port; a free one when it is taken and `strict` is not asked for. */
  open(port: number, strict?: boolean): Promise<void>;
  /** Closes the port and cuts every connection. */
  close(): Promise<void>;
}

export function createListener(handler: RequestListener): Listener {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (isLoopback(request.headers.host)) {
      handler(request, response);
      return;
    }
    request.resume();
    response.writeHead(421, { 'content-type': 'text/plain' }).end('This demo answers on loopback only.\n');
  });
  // Longer than a browser keeps an idle connection it means to use again.
  server.keepAliveTimeout = 65_000;
  let port = 0;

  const listen = async (wanted: number) =>
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, LOOPBACK, () => {
        server.off('error', reject);
        const address = server.address();
        if (typeof address === 'object' && address) ({ port } = address);
        resolve();
      });
    });

  return {
    server,
    port: () => port,
    async open(wanted, strict = false) {
      try {
        await listen(wanted);
      } catch (error) {
        if (strict || !['EADDRINUSE', 'EACCES'].includes(errorCode(error))) throw error;
        await listen(0);
      }
    },
    async close() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A name of another site that was made to point here (DNS rebinding) must not get pages with tokens. */
function isLoopback(host = ''): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);
}

import {
  Agent,
  type IncomingMessage,
  type RequestListener,
  request as send,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';
import type { Faults } from '../server/faults.js';

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade']);

export interface Proxy {
  handler: RequestListener;
  close(): void;
}

/**
 * Hands requests on to Django and its answers back, as they are. Where Django is dead, the browser finds a dead
 * connection: no page is invented, and no POST is sent twice. A GET that met a connection at rest, just as Django closed it,
 * is asked again on a new one.
 */
export function createProxy(port: () => number, faults: Faults): Proxy {
  const agent = new Agent({ keepAlive: true, maxSockets: 64, maxFreeSockets: 8 });

  const forward = (request: IncomingMessage, response: ServerResponse): void => {
    const forwarded = send({
      agent,
      host: '127.0.0.1',
      port: port(),
      method: request.method,
      path: request.url,
      headers: withoutHopByHop(request.rawHeaders),
    });
    forwarded.on('response', (answer) => {
      // By the time it answers, everything a POST does is committed.
      if (request.method === 'POST' && faults.state().kind === 'drop') {
        answer.resume();
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutHopByHop(answer.rawHeaders));
      pipeline(answer, response, () => {});
    });
    forwarded.on('error', () => {
      const isStale = forwarded.reusedSocket && request.method === 'GET' && !response.headersSent;
      if (isStale && !request.socket.destroyed) forward(request, response);
      else request.socket.destroy();
    });
    // The browser gave up; Django finds its connection closed.
    response.on('close', () => {
      if (!response.writableFinished) forwarded.destroy();
    });
    // Of a GET nothing is to come, and it may be asked again.
    if (request.method === 'GET') forwarded.end();
    else pipeline(request, forwarded, () => {});
  };

  return { handler: forward, close: () => agent.destroy() };
}

/** Names and values in turn, as they came: lists (`Set-Cookie`) stay lists. */
function withoutHopByHop(raw: string[]): string[] {
  return raw.filter((_, index) => !HOP_BY_HOP.has((raw[index - (index % 2)] ?? '').toLowerCase()));
}

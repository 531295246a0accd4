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
 * connection: no page is invented, and nothing is sent twice.
 */
export function createProxy(port: () => number, faults: Faults): Proxy {
  const agent = new Agent({ keepAlive: true, maxSockets: 64, maxFreeSockets: 8 });

  const handler = (request: IncomingMessage, response: ServerResponse) => {
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
    forwarded.on('error', () => request.socket.destroy());
    // The browser gave up; Django finds its connection closed.
    response.on('close', () => {
      if (!response.writableFinished) forwarded.destroy();
    });
    pipeline(request, forwarded, () => {});
  };

  return { handler, close: () => agent.destroy() };
}

/** Names and values in turn, as they came: lists (`Set-Cookie`) stay lists. */
function withoutHopByHop(raw: string[]): string[] {
  return raw.filter((_, index) => !HOP_BY_HOP.has((raw[index - (index % 2)] ?? '').toLowerCase()));
}

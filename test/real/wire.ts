import { createServer, connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** A request as it was on the wire. */
export interface Sent {
  method: string;
  path: string;
  /** In their order, as written. */
  headers: [name: string, value: string][];
  body: string;
}

/** Stands between browser and server, changes nothing and writes down what passes. */
export interface Wire {
  origin: string;
  requests(): Sent[];
  /** Bytes that the browser sent and received. */
  bytes(): { sent: number; received: number };
  /** Forgets what passed so far. */
  clear(): void;
  close(): Promise<void>;
}

/** To a server on loopback. */
export async function createWire(to: string): Promise<Wire> {
  const target = Number(new URL(to).port);
  const sockets = new Set<Socket>();
  let requests: Sent[] = [];
  let bytes = { sent: 0, received: 0 };

  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const read = createReader((request) => requests.push(request));
    client.on('data', (chunk: Buffer) => {
      bytes.sent += chunk.length;
      read(chunk);
    });
    upstream.on('data', (chunk: Buffer) => (bytes.received += chunk.length));
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the wire does not listen');

  return {
    origin: `http://127.0.0.1:${address.port}`,
    requests: () => requests,
    bytes: () => bytes,
    clear() {
      requests = [];
      bytes = { sent: 0, received: 0 };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Cuts one connection's bytes into requests; browsers give every body a length. */
function createReader(found: (request: Sent) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const split = rest.indexOf('\r\n\r\n');
      if (split < 0) return;
      const [line = '', ...lines] = rest.subarray(0, split).toString('latin1').split('\r\n');
      const headers = lines.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      });
      const length = Number(headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? 0);
      const end = split + 4 + length;
      if (rest.length < end) return;
      const [method = '', path = ''] = line.split(' ');
      found({ method, path, headers, body: rest.subarray(split + 4, end).toString('latin1') });
      rest = rest.subarray(end);
    }
  };
}

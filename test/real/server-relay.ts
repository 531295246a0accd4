import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** What is done with the bytes of a client: passed on, passed on with every answer held back, or cut there. */
export type Verdict = 'pass' | 'hold-answers' | 'cut-after' | 'cut-before';

interface RelayOptions {
  /** Ports to pass on to; a connection takes the next one that accepts it. */
  targets: () => number[];
  judge?: (bytes: Buffer) => Verdict;
}

/** A port that passes TCP connections on: a load balancer, or a line to a database that can break. */
export async function createRelay({ targets, judge = () => 'pass' }: RelayOptions) {
  const sockets = new Set<Socket>();
  const lines = new Set<Line>();
  let turn = 0;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    return socket;
  };

  const dial = async (): Promise<Socket | undefined> => {
    const ports = targets();
    turn += 1;
    for (let step = 0; step < ports.length; step += 1) {
      const socket = connect(ports[(turn + step) % ports.length]!, LOOPBACK);
      if (
        await once(socket, 'connect').then(
          () => true,
          () => false,
        )
      )
        return keep(socket);
    }
    return undefined;
  };

  const server = createServer((client) => {
    keep(client).pause();
    void dial().then((target) => (target ? lines.add(join(client, target, judge)) : client.destroy()));
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    /** From here on nothing passes on the connections there are, and neither side is told. */
    freeze() {
      for (const line of lines) line.answers = 'held';
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Line {
  answers: 'passed' | 'held';
}

function join(client: Socket, target: Socket, judge: (bytes: Buffer) => Verdict): Line {
  const line: Line = { answers: 'passed' };
  const end = () => {
    client.destroy();
    target.destroy();
  };
  client.once('close', end);
  target.once('close', end);
  target.on('data', (bytes) => {
    if (line.answers === 'passed') client.write(bytes);
  });
  client.on('data', (bytes: Buffer) => {
    const verdict = judge(bytes);
    if (verdict === 'cut-before') return end();
    if (verdict !== 'pass') line.answers = 'held';
    target.write(bytes);
    // The first answer proves that it was carried out; nobody hears it.
    if (verdict === 'cut-after') target.once('data', end);
  });
  client.resume();
  return line;
}

/** Whether these bytes hold a `commit` to PostgreSQL, as its simple query protocol writes it. */
export function isCommit(bytes: Buffer): boolean {
  return bytes.includes(Buffer.from('Q\0\0\0\x0bcommit\0', 'latin1'));
}

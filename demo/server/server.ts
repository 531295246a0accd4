import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Faults } from './faults.js';
import { createGate } from './gate.js';
import { createListener, type Listener } from './listener.js';
import type { Settings } from './settings.js';

/** An empty application behind the faults' gate, on a port that can be closed. Its log is one line of JSON an event. */
export function createServer(
  faults: Faults,
  log: Settings['log'],
): { app: FastifyInstance; listener: Listener } {
  let listener: Listener | undefined;
  const app = Fastify({
    logger: log !== 'silent' && {
      serializers: { req: ({ method, url }) => ({ method, path: url.split('?', 1)[0] }) },
    },
    logController: new LogController({ disableRequestLogging: log !== 'requests' }),
    bodyLimit: 256 * 1024,
    serverFactory: (handler) => (listener = createListener(createGate(faults, handler))).server,
  });
  if (!listener) throw new Error('the server was not created');
  return { app, listener };
}

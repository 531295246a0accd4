import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Connection } from '../connection.js';
import { reportHealth, SIMPLE, type HealthReport } from '../health.js';
import type { Reads } from '../reads.js';

interface Deps {
  connection: Connection;
  reads: Reads;
}

/** The two health endpoints, for everybody: `simple` touches no database. */
export function healthRoutes(app: FastifyInstance, deps: Deps): void {
  const options = { logLevel: 'warn', config: { api: true } } as const;
  app.get('/health/simple/', options, (_request, reply) => sendHealth(reply, SIMPLE));
  app.get('/health/', options, async (_request, reply) =>
    sendHealth(reply, await reportHealth(deps), deps.connection.retryIn()),
  );
}

/** Answers with a health report; 503 when it fails, and when to ask again. */
export function sendHealth(reply: FastifyReply, report: HealthReport, retryIn = 0): FastifyReply {
  const isFailing = report.status === 'fail';
  if (isFailing) reply.header('retry-after', Math.max(1, Math.ceil(retryIn / 1000)));
  return reply
    .code(isFailing ? 503 : 200)
    .header('cache-control', 'no-store')
    .type('application/health+json')
    .send(JSON.stringify(report));
}

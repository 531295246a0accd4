import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Connection } from '../connection.js';
import type { Database } from '../database.js';
import { reportHealth } from '../health.js';
import type { Reads } from '../reads.js';
import { sendHealth } from './health.js';
import { isStaff } from './sign-in.js';

interface Deps {
  connection: Connection;
  database: Database;
  reads: Reads;
}

/** What staff see of the connection to the database, and what they can do about it. */
export function adminRoutes(app: FastifyInstance, deps: Deps): void {
  const { connection } = deps;
  const options = { onRequest: requireStaff, config: { api: true } };

  app.get('/admin/connection-status/', options, async (_request, reply) => {
    const report = await reportHealth(deps);
    return sendHealth(reply, { ...report, ...detail(deps) }, connection.retryIn());
  });

  app.post('/admin/retry-operations/', options, async (_request, reply) => {
    const { database, ...counts } = await connection.retryParked();
    reply.header('cache-control', 'no-store');
    if (database === 'away') {
      reply.code(503).header('retry-after', Math.max(1, Math.ceil(connection.retryIn() / 1000)));
    }
    return reply.send(counts);
  });
}

function detail({ connection, database }: Deps) {
  const presence = connection.presence();
  return {
    connection: {
      state: presence.kind,
      since: new Date(presence.since).toISOString(),
      ...(presence.kind === 'away' && { cause: presence.cause }),
    },
    breaker: {
      state: connection.breaker.state(),
      failures: connection.breaker.failures(),
      secondsLeft: Math.ceil(connection.breaker.timeLeft() / 1000),
    },
    pool: database.numbers(),
    parked: connection.parked.details(),
  };
}

/** JSON, also for who may not: a script asks, not a person. */
async function requireStaff(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> {
  const { owner } = request.visitor;
  if (isStaff(owner)) return;
  const [status, error] = owner ? [403, 'staff only'] : [401, 'sign in first'];
  return await reply.code(status).header('cache-control', 'no-store').send({ error });
}

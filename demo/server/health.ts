import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Queryable } from './database.js';

const SLOW = 1000;

/** The two health endpoints; `idempotency` tells the client that a POST may safely be sent again. */
export function healthRoutes(app: FastifyInstance, database: Queryable): void {
  app.get('/health/simple/', (_request, reply) => send(reply, { status: 'pass', idempotency: true }));

  app.get('/health/', async (_request, reply) => {
    const check = await checkDatabase(database);
    return send(reply, { status: check.status, checks: { database: [check] }, idempotency: true });
  });
}

async function checkDatabase(database: Queryable) {
  const started = performance.now();
  const time = new Date().toISOString();
  try {
    await database.query('select 1');
  } catch {
    return { status: 'fail', componentType: 'datastore', time };
  }
  const observedValue = Math.round(performance.now() - started);
  const status = observedValue > SLOW ? 'warn' : 'pass';
  return { status, componentType: 'datastore', observedValue, observedUnit: 'ms', time };
}

function send(reply: FastifyReply, body: { status: string; [member: string]: unknown }) {
  return reply
    .code(body.status === 'fail' ? 503 : 200)
    .header('cache-control', 'no-store')
    .type('application/health+json')
    .send(JSON.stringify(body));
}

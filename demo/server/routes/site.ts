import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Queryable } from '../database.js';
import { DIST, STATIC } from '../pages.js';
import type { Reads } from '../reads.js';
import { listReceived, RECEIVED } from '../received.js';
import type { ResilientDatabaseOperation } from '../resilience.js';

interface Deps {
  database: Queryable;
  operation: ResilientDatabaseOperation;
  reads: Reads;
}

/** The start page, what was received, the faults' page, and files. */
export async function siteRoutes(app: FastifyInstance, { database, operation, reads }: Deps): Promise<void> {
  // Names do not change with the content: always ask, get 304 while nothing changed.
  await app.register(fastifyStatic, { root: STATIC, prefix: '/static/', cacheControl: false });
  app.get('/static/resilient-forms.min.js', { logLevel: 'silent' }, (_request, reply) =>
    reply.sendFile('resilient-forms.min.js', DIST),
  );

  app.get('/', (_request, reply) => reply.page('home', 'Forms that survive bad connections'));

  app.get('/faults/', (_request, reply) => reply.page('faults', 'Break the server'));

  app.get('/received/', async (_request, reply) => {
    const { value, asOf } = await reads.read(RECEIVED, () => listReceived(database));
    return reply.page('received', 'What the server received', { received: value ?? [], asOf });
  });

  // Counted by scripts: what it says is so now, or it says nothing.
  app.get('/received.json', { config: { api: true } }, async (_request, reply) => {
    const orders = await operation(() => listReceived(database));
    return reply.header('cache-control', 'no-store').send({ orders });
  });
}

import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Queryable } from '../database.js';
import { DIST, STATIC } from '../pages.js';
import { listReceived } from '../received.js';

/** The start page, what was received, the faults' page, and files. */
export async function siteRoutes(app: FastifyInstance, { database }: { database: Queryable }): Promise<void> {
  // Names do not change with the content: always ask, get 304 while nothing changed.
  await app.register(fastifyStatic, { root: STATIC, prefix: '/static/', cacheControl: false });
  app.get('/static/resilient-forms.min.js', { logLevel: 'silent' }, (_request, reply) =>
    reply.sendFile('resilient-forms.min.js', DIST),
  );

  app.get('/', (_request, reply) => reply.page('home', 'Forms that survive bad connections'));

  app.get('/faults/', (_request, reply) => reply.page('faults', 'Break the server'));

  app.get('/received/', async (_request, reply) =>
    reply.page('received', 'What the server received', { received: await listReceived(database) }),
  );

  app.get('/received.json', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ orders: await listReceived(database) }),
  );
}

import cookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { acceptForms, readForm } from './body.js';
import type { Connection } from './connection.js';
import { createCsrf, type Csrf } from './csrf.js';
import type { Database } from './database.js';
import { createDrafts } from './drafts.js';
import { explainErrors } from './errors.js';
import type { Faults } from './faults.js';
import { createIdempotency } from './idempotency.js';
import { measureStates, type Metrics, metricsRoutes } from './metrics.js';
import { type ControlLink, decoratePages, explain, useTemplates } from './pages.js';
import { createReads } from './reads.js';
import { adminRoutes } from './routes/admin.js';
import { attachmentRoutes } from './routes/attachments.js';
import { draftRoutes } from './routes/drafts.js';
import { healthRoutes } from './routes/health.js';
import { orderRoutes } from './routes/orders.js';
import { signInRoutes } from './routes/sign-in.js';
import { siteRoutes } from './routes/site.js';
import { createSessions, type Sessions } from './session.js';
import type { Signing } from './signing.js';
import { createSubmissions } from './submissions.js';
import { startSweeping } from './sweep.js';

interface Deps {
  database: Database;
  connection: Connection;
  signing: Signing;
  faults: Faults;
  metrics: Metrics;
  control: ControlLink;
}

/** Puts all that the site does into an empty application; returns what stops its timers. */
export async function buildSite(app: FastifyInstance, deps: Deps): Promise<() => void> {
  const { database, connection, signing, faults, metrics, control } = deps;
  const operation = connection.resilientDatabaseOperation;
  const sessions = createSessions(signing);
  const csrf = createCsrf(signing);
  const idempotency = createIdempotency({ database, operation });
  const submissions = createSubmissions({ idempotency, database, operation, metrics });
  const reads = createReads({ operation, onDegraded: () => metrics.degradedReads.inc() });
  const drafts = createDrafts({ database, operation });
  measureStates(metrics, { connection, database });

  await app.register(cookie);
  await acceptForms(app);
  await useTemplates(app);
  // Forms are all that pages take.
  app.removeContentTypeParser(['application/json', 'text/plain']);
  decoratePages(app, csrf, control);
  checkVisitors(app, sessions, csrf);
  dropAnswers(app, faults);
  explainErrors(app);

  metricsRoutes(app, metrics);
  healthRoutes(app, { connection, reads });
  adminRoutes(app, { connection, database, reads });
  orderRoutes(app, { database, operation, reads, submissions });
  attachmentRoutes(app, { submissions, reads });
  signInRoutes(app, { sessions, csrf, audit: connection.audit });
  await app.register((scope) => draftRoutes(scope, { drafts, signing }));
  await siteRoutes(app, { database, operation, reads });
  await app.ready();
  return startSweeping({ sweeps: { idempotency: idempotency.sweep, drafts: drafts.sweep }, log: app.log });
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Who it is, and that it is their page that sends it. */
function checkVisitors(app: FastifyInstance, sessions: Sessions, csrf: Csrf): void {
  app.decorateRequest('visitor');
  app.decorateRequest('entries');
  app.addHook('onRequest', async (request) => {
    request.visitor = sessions.read(request);
  });
  app.addHook('preHandler', async (request, reply) => {
    if (SAFE.has(request.method)) return;
    request.entries = await readForm(request);
    if (csrf.isValid(request, request.visitor, request.entries)) return;
    await explain(reply, 403, 'CSRF check failed', 'The CSRF token is missing or old. Reload the form.');
  });
}

/** Everything a POST does is committed by the time its answer is sent. */
function dropAnswers(app: FastifyInstance, faults: Faults): void {
  app.addHook('onSend', async (request) => {
    if (request.method === 'POST' && faults.state().kind === 'drop') request.raw.socket.destroy();
  });
}

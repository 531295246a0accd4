import cookie from '@fastify/cookie';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { acceptForms, readForm } from './body.js';
import { createControl } from './control.js';
import { createCsrf } from './csrf.js';
import { createDatabase, type Database, type DatabaseOptions, DatabaseUnavailable } from './database.js';
import { createFaults, type Faults } from './faults.js';
import { createGate } from './gate.js';
import { healthRoutes } from './health.js';
import { createIdempotency } from './idempotency.js';
import { createListener, type Listener } from './listener.js';
import { type ControlLink, decoratePages, explain, useTemplates } from './pages.js';
import { attachmentRoutes } from './routes/attachments.js';
import { orderRoutes } from './routes/orders.js';
import { signInRoutes } from './routes/sign-in.js';
import { siteRoutes } from './routes/site.js';
import { createSessions } from './session.js';
import { createSigning, loadSecret, type Signing } from './signing.js';
import { createSubmissions } from './submissions.js';

export interface DemoOptions extends DatabaseOptions {
  /** @default 0, a free one; a free one as well when it is taken */
  port?: number;
  /** Port of the faults' controls. @default 0, a free one */
  controlPort?: number;
  /** Log requests to stdout: method, path and status, never what was sent. @default false */
  log?: boolean;
}

export interface Demo {
  origin: string;
  /** The faults' controls: `POST`, `DELETE` and `GET` of `/faults` there, with `X-Fault-Token`. */
  control: { origin: string; token: string };
  close(): Promise<void>;
}

/** Starts the demo on loopback and resolves when it answers. */
export async function createDemo(options: DemoOptions = {}): Promise<Demo> {
  const database = await createDatabase(options);
  const signing = createSigning(await loadSecret(database));
  const token = signing.mac('faults', '');

  const faults: Faults = createFaults({
    refuse: { begin: () => listener.close(), end: () => reopen(listener) },
    database: { begin: () => database.cut(), end: () => database.restore() },
  });
  const control = await createControl({ faults, token, demoPort: () => listener.port() });
  const { app, listener } = await createApp({
    database,
    signing,
    faults,
    log: options.log ?? false,
    control: { port: () => control.listener.port(), token },
  });

  await control.listener.open(options.controlPort ?? 0);
  await listener.open(options.port ?? 0);

  return {
    origin: `http://127.0.0.1:${listener.port()}`,
    control: { origin: `http://127.0.0.1:${control.listener.port()}`, token },
    async close() {
      await faults.end().catch(() => {});
      await Promise.all([listener.close(), control.listener.close()]);
      await Promise.all([app.close(), control.app.close()]);
      await database.close();
    },
  };
}

/** The port may have been taken while it was closed: it is the demo's address, so it is waited for a while. */
async function reopen(listener: Listener): Promise<void> {
  for (let attempts = 20; ; attempts -= 1) {
    try {
      return await listener.open(listener.port(), true);
    } catch (error) {
      if (attempts === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

interface AppDeps {
  database: Database;
  signing: Signing;
  faults: Faults;
  log: boolean;
  control: ControlLink;
}

async function createApp(deps: AppDeps): Promise<{ app: FastifyInstance; listener: Listener }> {
  const { database, signing, faults, control } = deps;
  let listener: Listener | undefined;
  const app = Fastify({
    logger: deps.log && {
      serializers: { req: ({ method, url }) => ({ method, path: url.split('?', 1)[0] }) },
    },
    bodyLimit: 256 * 1024,
    serverFactory: (handler) => (listener = createListener(createGate(faults, handler))).server,
  });
  const sessions = createSessions(signing);
  const csrf = createCsrf(signing);
  const submissions = createSubmissions({ idempotency: createIdempotency({ database }), database });

  await app.register(cookie);
  await acceptForms(app);
  await useTemplates(app);
  // Forms are all this site takes.
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.decorateRequest('visitor');
  app.decorateRequest('entries');
  app.addHook('onRequest', async (request) => {
    request.visitor = sessions.read(request);
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST') return;
    request.entries = await readForm(request);
    if (csrf.isValid(request, request.visitor, request.entries)) return;
    await explain(reply, 403, 'CSRF check failed', 'The CSRF token is missing or old. Reload the form.');
  });
  decoratePages(app, csrf, control);
  dropAnswers(app, faults);
  explainErrors(app);

  healthRoutes(app, database);
  orderRoutes(app, { database, submissions });
  attachmentRoutes(app, { submissions });
  signInRoutes(app, { sessions, csrf });
  await siteRoutes(app, { database });
  await app.ready();
  if (!listener) throw new Error('the server was not created');
  return { app, listener };
}

/** Everything a POST does is committed by the time its answer is sent. */
function dropAnswers(app: FastifyInstance, faults: Faults): void {
  app.addHook('onSend', async (request) => {
    if (request.method === 'POST' && faults.state().kind === 'drop') request.raw.socket.destroy();
  });
}

function explainErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => explain(reply, 404, 'Not found', 'There is no such page.'));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof DatabaseUnavailable) {
      reply.header('retry-after', '5');
      return explain(
        reply,
        503,
        'Back soon',
        'The database cannot be reached at the moment. Nothing is known to be stored.',
      );
    }
    if (error.statusCode && error.statusCode < 500) {
      return explain(reply, error.statusCode, 'That did not work', error.message);
    }
    request.log.error({ name: error.name, stack: error.stack }, 'failed');
    return explain(reply, 500, 'Something went wrong', 'The failure is ours.');
  });
}

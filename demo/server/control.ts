import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { acceptForms, field, readForm } from './body.js';
import { DURATIONS, FAULTS, isFaultKind, MAX_SECONDS, type Faults } from './faults.js';
import { createListener, type Listener } from './listener.js';
import { securityHeaders, STATIC, useTemplates } from './pages.js';
import { isSame } from './signing.js';

interface Deps {
  faults: Faults;
  /** Without it nothing is changed: another site can post here, but it cannot read the token. */
  token: string;
  /** The port whose pages may read the answers. */
  demoPort: () => number;
}

/** The faults' controls, on a port of their own: they work while the demo's port is closed. */
export async function createControl(deps: Deps): Promise<{ app: FastifyInstance; listener: Listener }> {
  let listener: Listener | undefined;
  const app = Fastify({ serverFactory: (handler) => (listener = createListener(handler)).server });
  await acceptForms(app);
  await useTemplates(app);
  await app.register(fastifyStatic, { root: STATIC, prefix: '/static/', cacheControl: false });
  addHeaders(app, deps);
  addRoutes(app, deps);
  await app.ready();
  if (!listener) throw new Error('the control server was not created');
  return { app, listener };
}

function addHeaders(app: FastifyInstance, { demoPort }: Deps): void {
  app.addHook('onSend', async (request, reply) => {
    const demo = `http://${request.hostname}:${demoPort()}`;
    reply.headers(securityHeaders()).header('vary', 'origin, accept');
    if (request.headers.origin === demo) reply.header('access-control-allow-origin', demo);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-cache');
  });
}

function addRoutes(app: FastifyInstance, { faults, token, demoPort }: Deps): void {
  const refuse = (reply: FastifyReply) => reply.code(403).send({ error: 'token missing or wrong' });

  const show = (request: FastifyRequest, reply: FastifyReply) => {
    if (isFromPage(request)) return reply.redirect('/', 303);
    return reply.header('cache-control', 'no-store').send(snapshot(faults));
  };

  app.get('/faults', (_request, reply) => reply.header('cache-control', 'no-store').send(snapshot(faults)));

  app.get('/', (request, reply) =>
    reply.view('control', {
      state: snapshot(faults),
      demo: `http://${request.hostname}:${demoPort()}/`,
      control: { origin: '', token },
      faults: FAULTS,
      durations: DURATIONS,
    }),
  );

  app.post('/faults', async (request, reply) => {
    const asked = await readRequest(request);
    if (!isSame(asked.token, token)) return await refuse(reply);
    const { kind, seconds } = asked;
    if (!isFaultKind(kind) || !(seconds > 0 && seconds <= MAX_SECONDS)) {
      const error = `kind: one of ${Object.keys(FAULTS).join(', ')}; seconds: up to ${MAX_SECONDS}`;
      return await reply.code(400).send({ error });
    }
    await faults.begin(kind, seconds);
    return await show(request, reply);
  });

  const end = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!isSame((await readRequest(request)).token, token)) return await refuse(reply);
    await faults.end();
    return await show(request, reply);
  };
  app.delete('/faults', end);
  app.post('/faults/end', end);
}

interface Asked {
  token: string;
  kind: unknown;
  seconds: number;
}

/** A form of the panel, or JSON; the token may come in a header. */
async function readRequest(request: FastifyRequest): Promise<Asked> {
  const header = String(request.headers['x-fault-token'] ?? '');
  const entries = await readForm(request);
  const body: unknown = request.body;
  const json: { kind?: unknown; seconds?: unknown } = typeof body === 'object' && body ? body : {};
  return {
    token: header || field(entries, 'token'),
    kind: field(entries, 'kind') || json.kind,
    seconds: Number(field(entries, 'seconds') || json.seconds),
  };
}

/** A form sent without script wants a page. */
function isFromPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') ?? false;
}

function snapshot(faults: Faults) {
  const { kind } = faults.state();
  return { kind, title: kind === 'none' ? '' : FAULTS[kind].title, secondsLeft: faults.secondsLeft() };
}

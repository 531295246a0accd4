import path from 'node:path';
import { fileURLToPath } from 'node:url';
import view from '@fastify/view';
import { Eta } from 'eta';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Csrf } from './csrf.js';
import { DURATIONS, FAULTS } from './faults.js';

declare module 'fastify' {
  interface FastifyReply {
    /** Renders a page of `demo/pages` within the layout. */
    page(name: string, title: string, data?: { asOf?: Date | null; [name: string]: unknown }): FastifyReply;
  }
  interface FastifyContextConfig {
    /** For scripts: what goes wrong is said in JSON. */
    api?: boolean;
  }
}

const DEMO = fileURLToPath(new URL('..', import.meta.url));
export const PAGES = path.join(DEMO, 'pages');
export const STATIC = path.join(DEMO, 'static');
/** Where the SDK's bundle is; tests may serve one of their own. */
export const DIST = process.env['RESILIENT_DIST'] ?? path.join(DEMO, '..', 'dist');

/** Texts by name: a cookie carries the name only, so that nobody can put words into the page. */
const FLASHES: Record<string, string> = {
  ordered: 'Your order was received.',
  changed: 'The order was changed.',
  attached: 'The file was received.',
  'signed-in': 'You are signed in.',
  'signed-out': 'You are signed out.',
};

/** Where the controls of the faults are, and the token without which they do nothing. */
export interface ControlLink {
  port: () => number;
  token: string;
}

/** Registers the template engine; every `${...}` of a template is escaped. */
export async function useTemplates(app: FastifyInstance): Promise<void> {
  await app.register(view, { engine: { eta: new Eta({ autoEscape: true }) }, root: PAGES, production: true });
}

/** Gives every page what the layout shows; `reply.page` renders one. */
export function decoratePages(app: FastifyInstance, csrf: Csrf, control: ControlLink): void {
  app.decorateReply('page', function page(this: FastifyReply, name, title, data = {}) {
    const { request } = this;
    const flash = FLASHES[request.cookies['flash'] ?? ''];
    if (flash) this.clearCookie('flash', { path: '/' });
    if (data.asOf) this.header('warning', '110 - "Response is Stale"');
    return this.view(name, {
      ...data,
      title,
      flash,
      owner: request.visitor.owner,
      path: request.url,
      csrf: csrf.token(request, this, request.visitor),
      control: { origin: controlOrigin(request.hostname, control.port()), token: control.token },
      faults: FAULTS,
      durations: DURATIONS,
    });
  });

  app.addHook('onSend', async (request, reply) => {
    const origin = controlOrigin(request.hostname, control.port());
    reply.headers(securityHeaders(origin));
    // `no-cache` and not `no-store`: the page stays eligible for the back/forward cache.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache');
  });
}

/** The policy of every page; the panel's controls are the one other origin it may talk to. */
export function securityHeaders(control = ''): Record<string, string> {
  const own = `'self' ${control}`.trim();
  return {
    'content-security-policy':
      `default-src 'self'; style-src 'self'; connect-src ${own}; form-action ${own}; ` +
      `base-uri 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  };
}

function controlOrigin(hostname: string, port: number): string {
  return `http://${hostname}:${port}`;
}

/** Answers with a page that says what happened and nothing else; a script gets JSON. */
export function explain(reply: FastifyReply, status: number, title: string, text: string) {
  if (reply.request.routeOptions.config.api) return reply.code(status).send({ error: title });
  return reply.code(status).page('message', title, { text });
}

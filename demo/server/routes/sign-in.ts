import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Audit } from '../audit.js';
import { field } from '../body.js';
import type { Csrf } from '../csrf.js';
import { localPath, type Sessions } from '../session.js';

const OWNERS = ['ada', 'grace'];
const STAFF = new Set(['ada']);
const SHORTEST_PASSWORD = 4;

interface Deps {
  sessions: Sessions;
  csrf: Csrf;
  audit: Audit;
}

/** Sign-in and sign-out; each gives the session a new CSRF token. Neither needs the database. */
export function signInRoutes(app: FastifyInstance, { sessions, csrf, audit }: Deps): void {
  app.get('/login/', (request: FastifyRequest<{ Querystring: { next?: unknown } }>, reply) =>
    showSignIn(reply, localPath(request.query.next)),
  );

  app.post('/login/', (request, reply) => {
    const username = field(request.entries, 'username').trim().toLowerCase();
    const next = localPath(field(request.entries, 'next'));
    if (!OWNERS.includes(username) || field(request.entries, 'password').length < SHORTEST_PASSWORD) {
      return showSignIn(reply.code(422), next, username);
    }
    csrf.rotate(reply, sessions.signIn(reply, username));
    audit.record('sign-in', { owner: username });
    return finish(reply, next, 'signed-in');
  });

  app.post('/logout/', (request, reply) => {
    const { owner } = request.visitor;
    if (owner) audit.record('sign-out', { owner });
    csrf.rotate(reply, sessions.signOut(reply));
    return finish(reply, '/', 'signed-out');
  });
}

/** Who may see and do what is for staff. */
export function isStaff(owner: string): boolean {
  return STAFF.has(owner);
}

/** Sends a visitor who is not signed in to sign in first, and then back. */
export async function requireSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | void> {
  if (request.visitor.owner) return;
  return await reply.redirect(`/login/?next=${encodeURIComponent(request.url)}`, 302);
}

function showSignIn(reply: FastifyReply, next: string, username?: string) {
  return reply.page('login', 'Sign in', { next, username, owners: OWNERS, shortest: SHORTEST_PASSWORD });
}

function finish(reply: FastifyReply, location: string, flash: string) {
  return reply
    .setCookie('flash', flash, { path: '/', httpOnly: true, sameSite: 'lax' })
    .redirect(location, 303);
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { field } from '../body.js';
import type { Csrf } from '../csrf.js';
import { localPath, type Sessions } from '../session.js';

const OWNERS = ['ada', 'grace'];
const SHORTEST_PASSWORD = 4;

/** Sign-in and sign-out; each gives the session a new CSRF token. */
export function signInRoutes(
  app: FastifyInstance,
  { sessions, csrf }: { sessions: Sessions; csrf: Csrf },
): void {
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
    return finish(reply, next, 'signed-in');
  });

  app.post('/logout/', (_request, reply) => {
    csrf.rotate(reply, sessions.signOut(reply));
    return finish(reply, '/', 'signed-out');
  });
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

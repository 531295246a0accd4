import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Signing } from './signing.js';

/** Who is signed in; anonymous visitors have an empty owner. */
export interface Session {
  owner: string;
  id: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    visitor: Session;
  }
}

const COOKIE = 'session';
const LIFETIME = 8 * 60 * 60;
const ANONYMOUS: Session = { owner: '', id: '' };

export interface Sessions {
  read(request: FastifyRequest): Session;
  signIn(reply: FastifyReply, owner: string): Session;
  signOut(reply: FastifyReply): Session;
}

/** Sessions in a signed cookie: they survive a restart, and pages can be served while the database is away. */
export function createSessions(signing: Signing): Sessions {
  return {
    read(request) {
      const value = signing.verify('session', request.cookies[COOKIE] ?? '');
      if (!value) return ANONYMOUS;
      const [owner = '', id = '', issued = '0'] = value.split(':');
      return Date.now() / 1000 - Number(issued) < LIFETIME ? { owner, id } : ANONYMOUS;
    },
    signIn(reply, owner) {
      const id = randomBytes(16).toString('base64url');
      const value = `${owner}:${id}:${Math.floor(Date.now() / 1000)}`;
      reply.setCookie(COOKIE, signing.sign('session', value), {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        maxAge: LIFETIME,
      });
      return { owner, id };
    },
    signOut(reply) {
      reply.clearCookie(COOKIE, { path: '/' });
      return ANONYMOUS;
    },
  };
}

/** Keeps a redirect after sign-in on this site: anything but a local path becomes `/`. */
export function localPath(next: unknown): string {
  const base = 'http://demo.invalid';
  if (typeof next !== 'string' || !next.startsWith('/') || !URL.canParse(next, base)) return '/';
  const url = new URL(next, base);
  // `/\host`, `/<tab>/host` and the like are other origins to a browser's parser, which this is;
  // `/.//host` becomes one when it is parsed again.
  return url.origin === base && !url.pathname.startsWith('//') ? url.pathname + url.search : '/';
}

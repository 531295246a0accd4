import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { field, type FormEntry } from './body.js';
import type { Session } from './session.js';
import { isSame, type Signing } from './signing.js';

const COOKIE = 'csrftoken';
const FIELD = 'csrfmiddlewaretoken';
/** In seconds; longer than any session, as in Django. */
const YEAR = 31_449_600;
const HEADER = 'x-csrftoken';

export interface Csrf {
  /** The token for this page's forms; sets the cookie when there is none that fits the session. */
  token(request: FastifyRequest, reply: FastifyReply, session: Session): string;
  /** A new token for a new session. */
  rotate(reply: FastifyReply, session: Session): string;
  isValid(request: FastifyRequest, session: Session, entries: FormEntry[]): boolean;
}

/** Double submit, named as in Django; the token is bound to the session, so that one cannot be planted. */
export function createCsrf(signing: Signing): Csrf {
  const purpose = (session: Session) => `csrf ${session.id}`;
  const fits = (token: string, session: Session) => signing.verify(purpose(session), token) !== null;

  const rotate = (reply: FastifyReply, session: Session) => {
    const token = signing.sign(purpose(session), randomBytes(16).toString('base64url'));
    reply.setCookie(COOKIE, token, { path: '/', sameSite: 'lax', maxAge: YEAR });
    return token;
  };

  return {
    rotate,
    token(request, reply, session) {
      const token = request.cookies[COOKIE] ?? '';
      return fits(token, session) ? token : rotate(reply, session);
    },
    isValid(request, session, entries) {
      const cookie = request.cookies[COOKIE] ?? '';
      // As in Django: the header counts only when the field is empty.
      const sent = field(entries, FIELD) || String(request.headers[HEADER] ?? '');
      return fits(cookie, session) && isSame(sent, cookie);
    },
  };
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { field } from './body.js';
import type { Database, Queryable } from './database.js';
import { fingerprint, type Handled, type Idempotency, type Outcome } from './idempotency.js';
import { explain } from './pages.js';

const PROOF = 'resilient-sent';
const PROOF_SECONDS = 300;
const MALFORMED = Symbol('malformed');
const KEY = /^[\w-]{8,128}$/;

/** What a handler does with a submission, given the transaction and the submission's key. */
export type Effect<Rejection> = (tx: Queryable, key: string | null) => Promise<Handled<Rejection>>;

export interface Submissions {
  /**
   * Carries a POST out, once for its key, and answers it; returns what the handler rejected it with, when it
   * did, for the form to be shown again, and `null` when the answer has been given.
   */
  handle<Rejection>(
    request: FastifyRequest,
    reply: FastifyReply,
    effect: Effect<Rejection>,
  ): Promise<Rejection | null>;
}

interface Deps {
  idempotency: Idempotency;
  database: Database;
}

export function createSubmissions({ idempotency, database }: Deps): Submissions {
  return {
    async handle(request, reply, effect) {
      const key = readKey(request);
      if (key === MALFORMED) {
        await explain(
          reply,
          400,
          'Idempotency key not understood',
          'The field or header is not a key, or they differ.',
        );
        return null;
      }
      if (!key) {
        const handled = await database.transaction((tx) => effect(tx, null));
        if (handled.kind === 'rejected') return handled.rejection;
        await redirect(reply, handled.outcome);
        return null;
      }
      const path = request.url.split('?', 1)[0] ?? '';
      const print = fingerprint(request.method, path, request.visitor.owner, request.entries);
      const result = await idempotency.run({ key, fingerprint: print }, (tx) => effect(tx, key));
      if (result.kind === 'rejected') return result.rejection;
      if (result.kind === 'done') {
        // Readable by script and on the page redirected to: proof that this very submission was handled.
        reply.setCookie(PROOF, key, { path: '/', sameSite: 'lax', maxAge: PROOF_SECONDS });
        if (result.replayed) reply.header('idempotency-replayed', 'true');
        await redirect(reply, result.outcome);
      } else if (result.kind === 'running') {
        reply.header('retry-after', '1');
        await explain(reply, 409, 'Still working on it', 'The same submission is being handled right now.');
      } else {
        await explain(
          reply,
          422,
          'This key was used before',
          'Another submission was received under the same key.',
        );
      }
      return null;
    },
  };
}

function redirect(reply: FastifyReply, { status, location, flash }: Outcome) {
  return reply
    .setCookie('flash', flash, { path: '/', httpOnly: true, sameSite: 'lax' })
    .redirect(location, status);
}

/** The key in the field and in the header (an RFC 8941 string), which must agree; `null` without one. */
function readKey(request: FastifyRequest): string | typeof MALFORMED | null {
  const inField = field(request.entries, 'idempotency_key');
  const header = request.headers['idempotency-key'];
  if (header === undefined) return inField ? wellFormed(inField) : null;
  const inHeader = /^"([^"\\]*)"$/.exec(String(header))?.[1] ?? '';
  return inField && inField !== inHeader ? MALFORMED : wellFormed(inHeader);
}

function wellFormed(key: string): string | typeof MALFORMED {
  return KEY.test(key) ? key : MALFORMED;
}

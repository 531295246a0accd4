import type { FastifyReply, FastifyRequest } from 'fastify';
import { field } from './body.js';
import type { Database, Queryable } from './database.js';
import { fingerprint, type Handled, type Idempotency, type Outcome } from './idempotency.js';
import type { IdempotencyOutcome, Metrics } from './metrics.js';
import { explain } from './pages.js';
import type { ResilientDatabaseOperation } from './resilience.js';

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
  operation: ResilientDatabaseOperation;
  metrics: Metrics;
}

/**
 * A submission is never parked: while the database is away it is answered 503, and the client keeps it until it
 * is told that it was handled.
 */
export function createSubmissions({ idempotency, database, operation, metrics }: Deps): Submissions {
  const count = (outcome: IdempotencyOutcome) => metrics.idempotency.inc({ outcome });

  const handleOnce = async <Rejection>(request: FastifyRequest, effect: Effect<Rejection>, key: string) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const print = fingerprint(request.method, path, request.visitor.owner, request.entries);
    return await idempotency.run({ key, fingerprint: print }, (tx) => effect(tx, key));
  };

  const handleKeyless = async <Rejection>(effect: Effect<Rejection>): Promise<Handled<Rejection>> =>
    await operation((signal) =>
      database.transaction((tx) => effect(tx, null), { signal, commitIf: ({ kind }) => kind === 'done' }),
    );

  return {
    async handle(request, reply, effect) {
      const key = readKey(request);
      if (key === MALFORMED) {
        count('malformed');
        await explain(reply, 400, ...SAYS.malformed);
        return null;
      }
      if (!key) {
        count('none');
        const handled = await handleKeyless(effect);
        if (handled.kind === 'rejected') return handled.rejection;
        await redirect(reply, handled.outcome);
        return null;
      }
      const result = await handleOnce(request, effect, key);
      count(result.kind === 'done' ? (result.replayed ? 'replayed' : 'new') : result.kind);
      if (result.kind === 'rejected') return result.rejection;
      if (result.kind === 'running') await explain(reply.header('retry-after', '1'), 409, ...SAYS.running);
      else if (result.kind === 'mismatch') await explain(reply, 422, ...SAYS.mismatch);
      else {
        prove(request, reply, key);
        if (result.replayed) reply.header('idempotency-replayed', 'true');
        await redirect(reply, result.outcome);
      }
      return null;
    },
  };
}

const SAYS = {
  malformed: ['Idempotency key not understood', 'The field or header is not a key, or they differ.'],
  running: ['Still working on it', 'The same submission is being handled right now.'],
  mismatch: ['This key was used before', 'Another submission was received under the same key.'],
} as const;

/** Readable by script and on the page redirected to: proof that this very submission was handled. */
function prove(request: FastifyRequest, reply: FastifyReply, key: string): void {
  const secure = request.protocol === 'https';
  reply.setCookie(PROOF, key, { path: '/', sameSite: 'lax', maxAge: PROOF_SECONDS, secure });
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

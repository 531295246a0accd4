import { createHash } from 'node:crypto';
import type { Database, Queryable } from './database.js';
import type { FormEntry } from './body.js';
import type { ResilientDatabaseOperation } from './resilience.js';

/** What a handled POST is answered with, every time its key comes. */
export interface Outcome {
  status: number;
  location: string;
  /** Name of the message shown on the page redirected to. */
  flash: string;
}

/** A POST that may be delivered more than once. */
export interface Delivery {
  key: string;
  fingerprint: string;
}

/** `rejected` carries what the handler refused the submission with; nothing of it is saved. */
export type Handled<Rejection> =
  { kind: 'done'; outcome: Outcome } | { kind: 'rejected'; rejection: Rejection };

export type IdempotentResult<Rejection> =
  | { kind: 'done'; outcome: Outcome; replayed: boolean }
  | { kind: 'rejected'; rejection: Rejection }
  | { kind: 'running' }
  | { kind: 'mismatch' };

export interface Idempotency {
  /** Runs `effect` once for a key: a later delivery gets the saved outcome, not a second effect. */
  run<Rejection>(
    delivery: Delivery,
    effect: (tx: Queryable) => Promise<Handled<Rejection>>,
  ): Promise<IdempotentResult<Rejection>>;
  /** Forgets the keys that are over; returns how many there were. */
  sweep(): Promise<number>;
}

interface IdempotencyDeps {
  database: Database;
  operation: ResilientDatabaseOperation;
  /** How long a duplicate waits for the first to finish before it is told so, in ms. @default 2000 */
  patience?: number;
}

/** How long an outcome is kept, in seconds; longer than any client keeps a submission. */
export const IDEMPOTENCY_MAX_AGE = 14 * 24 * 60 * 60;
const EXPIRED = `idempotency.first_at < now() - interval '${IDEMPOTENCY_MAX_AGE} seconds'`;
const POLL = 100;

/**
 * Takes the key for this transaction and writes its row. The lock tells a delivery under way from one that is
 * done without waiting for it, and goes with its transaction, whatever ends that: nothing is left to clean up.
 */
const CLAIM = `
  with lock as materialized (select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as got),
  mine as (
    insert into idempotency (key, fingerprint, deliveries) select $1, $2, 1 from lock where got
    on conflict (key) do update set fingerprint = $2, deliveries = 1, first_at = now(), last_at = now(),
      status = null, location = null, flash = null where ${EXPIRED}
    returning key)
  select case when not got then 'running' when exists (select from mine) then 'mine' else 'theirs' end as claim
  from lock`;

const COUNT = `
  update idempotency set deliveries = deliveries + case when fingerprint = $2 then 1 else 0 end,
    last_at = case when fingerprint = $2 then now() else last_at end
  where key = $1 returning fingerprint, status, location, flash`;

const FINISH = 'update idempotency set status = $2, location = $3, flash = $4 where key = $1';

interface Row {
  fingerprint: string;
  status: number | null;
  location: string | null;
  flash: string | null;
}

/**
 * Exactly-once handling, kept in the database: claim, effect and outcome are one transaction. Only outcomes of
 * the effect are saved: a rejected form has changed nothing, and the person who corrects it may send it under
 * the same key; an error is retried. It may be run again after a commit of which nothing was heard, as the
 * row tells what became of it.
 */
export function createIdempotency({ database, operation, patience = 2000 }: IdempotencyDeps): Idempotency {
  return {
    async run(delivery, effect) {
      const deadline = Date.now() + patience;
      for (;;) {
        const result = await operation(
          (signal) =>
            database.transaction((tx) => deliver(tx, delivery, effect), {
              signal,
              commitIf: ({ kind }) => kind === 'done',
            }),
          { repeatable: true },
        );
        if (result.kind !== 'running' || Date.now() > deadline) return result;
        await new Promise((resolve) => setTimeout(resolve, POLL));
      }
    },
    async sweep() {
      const { rowCount } = await database.query(`delete from idempotency where ${EXPIRED}`);
      return rowCount ?? 0;
    },
  };
}

async function deliver<Rejection>(
  tx: Queryable,
  { key, fingerprint }: Delivery,
  effect: (tx: Queryable) => Promise<Handled<Rejection>>,
): Promise<IdempotentResult<Rejection>> {
  const { rows } = await tx.query<{ claim: 'mine' | 'theirs' | 'running' }>(CLAIM, [key, fingerprint]);
  const claim = rows[0]?.claim ?? 'running';
  if (claim === 'running') return { kind: 'running' };
  if (claim === 'theirs') return await replay(tx, key, fingerprint);
  const handled = await effect(tx);
  if (handled.kind === 'rejected') return handled;
  const { status, location, flash } = handled.outcome;
  await tx.query(FINISH, [key, status, location, flash]);
  return { ...handled, replayed: false };
}

async function replay(tx: Queryable, key: string, fingerprint: string): Promise<IdempotentResult<never>> {
  const [row] = (await tx.query<Row>(COUNT, [key, fingerprint])).rows;
  // Swept in this very moment.
  if (!row) return { kind: 'running' };
  if (row.fingerprint !== fingerprint) return { kind: 'mismatch' };
  return { kind: 'done', outcome: saved(row), replayed: true };
}

function saved({ status, location, flash }: Row): Outcome {
  return { status: status ?? 303, location: location ?? '/', flash: flash ?? '' };
}

/** Identifies a submission by all that it asks for; what changes from one delivery to the next is left out. */
export function fingerprint(method: string, path: string, owner: string, entries: FormEntry[]): string {
  const hash = createHash('sha256').update(JSON.stringify([method, path, owner]));
  for (const { name, value } of entries) {
    if (name === 'csrfmiddlewaretoken' || name === 'idempotency_key') continue;
    const file = typeof value === 'string' ? null : value;
    hash.update(JSON.stringify([name, file ? [file.filename, file.type, file.bytes.length] : value]));
    if (file) hash.update(file.bytes);
  }
  return hash.digest('hex');
}

import { createHash, randomUUID } from 'node:crypto';
import type { Database, Queryable } from './database.js';
import type { FormEntry } from './body.js';

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
}

interface IdempotencyDeps {
  database: Database;
  /** How long a duplicate waits for the first to finish before it is told so, in ms. @default 2000 */
  patience?: number;
}

/** A claim of a process that died; it is over long before a person tries again. */
const CLAIM_SECONDS = 10;
const POLL = 50;

const SAME = 'idempotency.fingerprint = $2';
const DEAD = `${SAME} and idempotency.state = 'running'
  and idempotency.claimed_at < now() - interval '${CLAIM_SECONDS} seconds'`;

/** Takes the key, or counts this delivery of it ($4: 1; 0 when it asks again); atomic, as it is one statement. */
const CLAIM = `
  insert into idempotency (key, fingerprint, state, claim, claimed_at, deliveries)
  values ($1, $2, 'running', $3, now(), 1)
  on conflict (key) do update set
    deliveries = idempotency.deliveries + case when ${SAME} then $4::integer else 0 end,
    last_at = case when ${SAME} and $4::integer = 1 then now() else idempotency.last_at end,
    claim = case when ${DEAD} then $3 else idempotency.claim end,
    claimed_at = case when ${DEAD} then now() else idempotency.claimed_at end
  returning fingerprint, state, claim, status, location, flash`;

interface Row {
  fingerprint: string;
  state: 'running' | 'done';
  claim: string;
  status: number | null;
  location: string | null;
  flash: string | null;
}

/**
 * Exactly-once handling, kept in the database. A key is claimed in a statement of its own, so that a duplicate
 * sees it; the effect and the outcome are written in one transaction that holds the key's row.
 * Only outcomes of the effect are saved: a rejected form has changed nothing, and the person who corrects it
 * may send it under the same key; an error is retried.
 */
export function createIdempotency({ database, patience = 2000 }: IdempotencyDeps): Idempotency {
  const claim = async ({ key, fingerprint }: Delivery, token: string, count: 0 | 1): Promise<Row> => {
    const { rows } = await database.query<Row>(CLAIM, [key, fingerprint, token, count]);
    const [row] = rows;
    if (!row) throw new Error('the claim returned no row');
    return row;
  };

  const release = async (key: string, token: string) => {
    const text = `delete from idempotency where key = $1 and claim = $2 and state = 'running'`;
    await database.query(text, [key, token]);
  };

  return {
    async run(delivery, effect) {
      const token = randomUUID();
      const deadline = Date.now() + patience;
      let row = await claim(delivery, token, 1);
      for (;;) {
        if (row.fingerprint !== delivery.fingerprint) return { kind: 'mismatch' };
        if (row.state === 'done') return { kind: 'done', outcome: saved(row), replayed: true };
        if (row.claim === token) break;
        if (Date.now() > deadline) return { kind: 'running' };
        await new Promise((resolve) => setTimeout(resolve, POLL));
        row = await claim(delivery, token, 0);
      }
      try {
        const handled = await database.transaction((tx) => perform(tx, delivery.key, token, effect));
        if (handled === 'taken-over') return { kind: 'running' };
        if (handled.kind === 'done') return { ...handled, replayed: false };
        await release(delivery.key, token);
        return handled;
      } catch (error) {
        // Should the database be gone, the claim ends by its age.
        await release(delivery.key, token).catch(() => {});
        throw error;
      }
    },
  };
}

async function perform<Rejection>(
  tx: Queryable,
  key: string,
  token: string,
  effect: (tx: Queryable) => Promise<Handled<Rejection>>,
): Promise<Handled<Rejection> | 'taken-over'> {
  const mine = `select 1 from idempotency where key = $1 and claim = $2 and state = 'running' for update`;
  const { rowCount } = await tx.query(mine, [key, token]);
  if (rowCount !== 1) return 'taken-over';
  const handled = await effect(tx);
  if (handled.kind === 'done') {
    const { status, location, flash } = handled.outcome;
    await tx.query(
      `update idempotency set state = 'done', status = $2, location = $3, flash = $4 where key = $1`,
      [key, status, location, flash],
    );
  }
  return handled;
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

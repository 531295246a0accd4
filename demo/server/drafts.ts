import { createHash } from 'node:crypto';
import type { Database, Queryable } from './database.js';
import type { ResilientDatabaseOperation } from './resilience.js';

export const DRAFT_MAX_AGE = 7 * 24 * 60 * 60;
const LIVE = `saved_at > now() - interval '${DRAFT_MAX_AGE} seconds'`;

export interface Draft {
  body: string;
  etag: string;
  savedAt: string;
}

export interface DraftSummary {
  key: string;
  savedAt: string;
  /** In bytes. */
  size: number;
}

/** What the request says about the draft it means; `null`: the header is absent. */
export interface Preconditions {
  ifMatch: string | null;
  ifNoneMatch: string | null;
}

/** `changed` carries the tag of the draft that is there, if one is. */
export type PutResult =
  | { kind: 'created' | 'replaced' | 'same'; etag: string }
  | { kind: 'changed'; etag: string | null }
  | { kind: 'unconditional'; etag: string }
  | { kind: 'too-many' };

/** Drafts that follow a person from one device to the next; nobody else sees them. They expire after a week. */
export interface DraftStore {
  list(owner: string): Promise<DraftSummary[]>;
  get(owner: string, key: string): Promise<Draft | null>;
  /** Never overwrites a draft that the client has not seen. */
  put(owner: string, key: string, body: string, conditions: Preconditions): Promise<PutResult>;
  remove(owner: string, key: string, conditions: Preconditions): Promise<'removed' | { etag: string | null }>;
  removeAll(owner: string): Promise<void>;
  /** Deletes what has expired; returns how many there were. */
  sweep(): Promise<number>;
}

interface Deps {
  database: Database;
  operation: ResilientDatabaseOperation;
  /** Most drafts of one owner. @default 50 */
  limit?: number;
}

export function createDrafts({ database, operation, limit = 50 }: Deps): DraftStore {
  /** One change of an owner's drafts at a time; doing one twice does no harm, as its content is its tag. */
  const change = <T>(owner: string, work: (tx: Queryable) => Promise<T>): Promise<T> =>
    operation(
      (signal) =>
        database.transaction(
          async (tx) => {
            await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 1))', [owner]);
            return await work(tx);
          },
          { signal },
        ),
      { repeatable: true },
    );

  return {
    list: (owner) => operation(() => listDrafts(database, owner)),
    get: (owner, key) => operation(() => findDraft(database, owner, key)),
    put: (owner, key, body, conditions) =>
      change(owner, (tx) => putDraft(tx, { owner, key, body, conditions, limit })),
    remove: (owner, key, conditions) =>
      change(owner, async (tx) => {
        const current = await findDraft(tx, owner, key);
        if (isChanged(current, conditions)) return { etag: current?.etag ?? null };
        await tx.query('delete from drafts where owner = $1 and key = $2', [owner, key]);
        return 'removed' as const;
      }),
    async removeAll(owner) {
      await change(owner, (tx) => tx.query('delete from drafts where owner = $1', [owner]));
    },
    async sweep() {
      return (await database.query(`delete from drafts where not ${LIVE}`)).rowCount ?? 0;
    },
  };
}

interface Put {
  owner: string;
  key: string;
  body: string;
  conditions: Preconditions;
  limit: number;
}

async function putDraft(tx: Queryable, { owner, key, body, conditions, limit }: Put): Promise<PutResult> {
  const etag = tagOf(body);
  const current = await findDraft(tx, owner, key);
  // What was asked for is so already: a PUT whose answer was lost, sent again (RFC 9110, 13.1.1).
  const isSame = current?.etag === etag;
  if (!isSame && isChanged(current, conditions)) return { kind: 'changed', etag: current?.etag ?? null };
  const isBlind = conditions.ifMatch === null && conditions.ifNoneMatch === null;
  if (!isSame && current && isBlind) return { kind: 'unconditional', etag: current.etag };
  if (!current && (await listDrafts(tx, owner)).length >= limit) return { kind: 'too-many' };
  await tx.query(
    `insert into drafts (owner, key, body, etag, saved_at) values ($1, $2, $3, $4, now())
      on conflict (owner, key) do update set body = $3, etag = $4, saved_at = now()`,
    [owner, key, body, etag],
  );
  return { kind: isSame ? 'same' : current ? 'replaced' : 'created', etag };
}

function isChanged(current: Draft | null, { ifMatch, ifNoneMatch }: Preconditions): boolean {
  if (ifMatch !== null && !names(ifMatch, current)) return true;
  return ifNoneMatch !== null && names(ifNoneMatch, current);
}

/** Whether a list of entity tags, or `*`, means the draft that is there. */
function names(header: string, current: Draft | null): boolean {
  if (!current) return false;
  return header.split(',').some((tag) => ['*', current.etag].includes(tag.trim()));
}

function tagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}

async function findDraft(database: Queryable, owner: string, key: string): Promise<Draft | null> {
  const text = `select body, etag, saved_at from drafts where owner = $1 and key = $2 and ${LIVE}`;
  const { rows } = await database.query<{ body: string; etag: string; saved_at: Date }>(text, [owner, key]);
  const [row] = rows;
  return row ? { body: row.body, etag: row.etag, savedAt: row.saved_at.toISOString() } : null;
}

async function listDrafts(database: Queryable, owner: string): Promise<DraftSummary[]> {
  const text = `select key, saved_at, octet_length(body) as size from drafts
    where owner = $1 and ${LIVE} order by saved_at desc, key`;
  const { rows } = await database.query<{ key: string; saved_at: Date; size: number }>(text, [owner]);
  return rows.map(({ key, saved_at: savedAt, size }) => ({ key, savedAt: savedAt.toISOString(), size }));
}

import { randomUUID } from 'node:crypto';
import type { Queryable } from './database.js';
import type { Parked } from './parked.js';
import type { Operation } from './spool.js';

export type AuditEvent = 'sign-in' | 'sign-out' | 'outage-began' | 'outage-ended';

/** The trail of who came and went, and of when the database did. */
export interface Audit {
  /** Returns at once; the record is made now, or when the database is back. */
  record(event: AuditEvent, about?: { owner?: string; cause?: string; at?: number }): void;
}

export const AUDIT = 'audit';

export function createAudit(parked: Pick<Parked, 'run'>): Audit {
  return {
    record(event, { owner = '', cause = '', at = Date.now() } = {}) {
      void parked.run({ id: randomUUID(), name: AUDIT, at, payload: { event, owner, cause } });
    },
  };
}

/** Writes a record; a second time it is the same row. */
export async function writeAudit(database: Queryable, { id, at, payload }: Operation): Promise<void> {
  const text = `insert into audit (id, at, event, owner, cause) values ($1, $2, $3, $4, $5) on conflict do nothing`;
  const { event = '', owner = '', cause = '' } = payload;
  await database.query(text, [id, new Date(at), event, owner, cause]);
}

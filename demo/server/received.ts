import type { Queryable } from './database.js';

export type EffectKind = 'order' | 'change' | 'attachment';

/** One thing a submission did; `deliveries` says how often its key came. */
export interface Effect {
  kind: EffectKind;
  key: string | null;
  deliveries: number;
  at: string;
  lastAt: string;
}

/** An order and everything that made it what it is. */
export interface Received {
  id: number;
  customer: string;
  coffee: string;
  quantity: number;
  owner: string;
  effects: Effect[];
}

/** What the list is called among the reads. */
export const RECEIVED = 'received';

/** Notes what a submission did, in the transaction that did it. */
export async function noteEffect(
  tx: Queryable,
  kind: EffectKind,
  order: number,
  key: string | null,
): Promise<void> {
  await tx.query('insert into effects (kind, order_id, key) values ($1, $2, $3)', [kind, order, key]);
}

/** The newest orders first. */
export async function listReceived(database: Queryable, limit = 100): Promise<Received[]> {
  const text = `
    select o.id, o.customer, o.coffee, o.quantity, o.owner, json_agg(json_build_object(
      'kind', e.kind, 'key', e.key, 'deliveries', coalesce(i.deliveries, 1),
      'at', e.at, 'lastAt', coalesce(i.last_at, e.at)) order by e.id) as effects
    from orders o join effects e on e.order_id = o.id left join idempotency i on i.key = e.key
    group by o.id order by o.id desc limit $1`;
  return (await database.query<Received>(text, [limit])).rows;
}

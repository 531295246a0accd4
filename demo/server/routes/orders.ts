import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { field, type FormEntry } from '../body.js';
import type { Queryable } from '../database.js';
import type { Handled } from '../idempotency.js';
import * as orders from '../orders.js';
import type { OrderErrors, OrderForm } from '../orders.js';
import { explain } from '../pages.js';
import type { Reads } from '../reads.js';
import { noteEffect, RECEIVED } from '../received.js';
import type { ResilientDatabaseOperation } from '../resilience.js';
import type { Submissions } from '../submissions.js';
import { requireSignIn } from './sign-in.js';

interface Deps {
  database: Queryable;
  operation: ResilientDatabaseOperation;
  reads: Reads;
  submissions: Submissions;
}

type Rejection = { kind: 'invalid'; order: OrderForm; errors: OrderErrors } | { kind: 'missing' };
type OrderRequest = FastifyRequest<{ Params: { id: string } }>;

const CHOICES = {
  coffees: orders.COFFEES,
  sizes: orders.SIZES,
  extras: orders.EXTRAS,
  noteFrom: orders.NOTE_FROM,
};

/** Ordering, looking at an order, and changing it. */
export function orderRoutes(app: FastifyInstance, { database, operation, reads, submissions }: Deps): void {
  app.get('/orders/new/', (_request, reply) => showNew(reply, orders.emptyOrder()));

  app.post('/orders/new/', async (request, reply) => {
    const rejection = await submissions.handle<Rejection>(request, reply, (tx, key) =>
      ifValid(request.entries, async (order) => {
        const id = await orders.insertOrder(tx, order, request.visitor.owner);
        await noteEffect(tx, 'order', id, key);
        return done(`/orders/${id}/`, 'ordered');
      }),
    );
    reads.forget(RECEIVED);
    if (rejection?.kind !== 'invalid') return reply;
    return showNew(reply.code(422), rejection.order, rejection.errors);
  });

  app.get('/orders/:id/', async (request: OrderRequest, reply) => {
    const id = orders.orderId(request.params.id);
    if (!id) return notFound(reply);
    const { value, asOf } = await reads.read(orders.orderName(id), async () => {
      const order = await orders.findOrder(database, id);
      return order && { order, attachments: await orders.listAttachments(database, id) };
    });
    return value ? reply.page('order', `Order ${id}`, { ...value, asOf }) : notFound(reply);
  });

  app.get('/orders/:id/change/', { onRequest: requireSignIn }, async (request: OrderRequest, reply) => {
    const id = orders.orderId(request.params.id);
    // Never from memory: an old value in the form would overwrite a newer one.
    const order = id && (await operation(() => orders.findOrder(database, id)));
    return order ? showChange(reply, order.id, order) : notFound(reply);
  });

  app.post('/orders/:id/change/', { onRequest: requireSignIn }, async (request: OrderRequest, reply) => {
    const id = orders.orderId(request.params.id);
    if (!id) return notFound(reply);
    const rejection = await submissions.handle<Rejection>(request, reply, (tx, key) =>
      ifValid(request.entries, async (order) => {
        if (!(await orders.updateOrder(tx, id, order)))
          return { kind: 'rejected', rejection: { kind: 'missing' } };
        await noteEffect(tx, 'change', id, key);
        return done(afterChange(id, request.entries), 'changed');
      }),
    );
    reads.forget(orders.orderName(id), RECEIVED);
    if (!rejection) return reply;
    if (rejection.kind === 'missing') return notFound(reply);
    return showChange(reply.code(422), id, rejection.order, rejection.errors);
  });
}

async function ifValid(
  entries: FormEntry[],
  effect: (order: OrderForm) => Promise<Handled<Rejection>>,
): Promise<Handled<Rejection>> {
  const order = orders.readOrder(entries);
  const errors = orders.validateOrder(order);
  if (Object.keys(errors).length === 0) return await effect(order);
  return { kind: 'rejected', rejection: { kind: 'invalid', order, errors } };
}

function done(location: string, flash: string): Handled<never> {
  return { kind: 'done', outcome: { status: 303, location, flash } };
}

/** The buttons of the form, named as in the Django admin. */
function afterChange(id: number, entries: FormEntry[]): string {
  if (field(entries, '_continue')) return `/orders/${id}/change/`;
  return field(entries, '_addanother') ? '/orders/new/' : `/orders/${id}/`;
}

function showNew(reply: FastifyReply, order: OrderForm, errors: OrderErrors = {}) {
  return reply.page('order-new', 'New order', { order, errors, choices: CHOICES });
}

function showChange(reply: FastifyReply, id: number, order: OrderForm, errors: OrderErrors = {}) {
  return reply.page('order-change', `Change order ${id}`, { id, order, errors, choices: CHOICES });
}

function notFound(reply: FastifyReply) {
  return explain(reply, 404, 'Not found', 'There is no such order.');
}

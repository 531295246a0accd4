import type { FastifyInstance, FastifyRequest } from 'fastify';
import { field, file } from '../body.js';
import { attachFile, orderId, orderName } from '../orders.js';
import { explain } from '../pages.js';
import type { Reads } from '../reads.js';
import { noteEffect, RECEIVED } from '../received.js';
import type { Submissions } from '../submissions.js';

interface Deps {
  submissions: Submissions;
  reads: Reads;
}

/** A multipart form: a file for an order that is there already. */
export function attachmentRoutes(app: FastifyInstance, { submissions, reads }: Deps): void {
  app.post('/orders/:id/attachments/', async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
    const id = orderId(request.params.id);
    const rejection = await submissions.handle(request, reply, async (tx, key) => {
      const attachment = file(request.entries, 'attachment');
      const caption = field(request.entries, 'caption').trim().slice(0, 200);
      if (!attachment) return { kind: 'rejected', rejection: 'Choose a file first.' };
      if (!id || !(await attachFile(tx, id, caption, attachment))) {
        return { kind: 'rejected', rejection: 'There is no such order.' };
      }
      await noteEffect(tx, 'attachment', id, key);
      return { kind: 'done', outcome: { status: 303, location: `/orders/${id}/`, flash: 'attached' } };
    });
    if (id) reads.forget(orderName(id), RECEIVED);
    return rejection ? explain(reply, 422, 'No file was stored', rejection) : reply;
  });
}

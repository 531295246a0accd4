import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DRAFT_MAX_AGE, type DraftStore, type Preconditions, type PutResult } from '../drafts.js';
import type { Signing } from '../signing.js';

interface Deps {
  drafts: DraftStore;
  signing: Signing;
}

type DraftRequest = FastifyRequest<{ Params: { key: string } }>;

const COOKIE = 'visitor';
const KEY = /^[\w.:~-]{1,100}$/;
const MAX_BODY = 256 * 1024;

/**
 * The store for drafts that are kept on the server: JSON of any shape under a name of the client's. They belong to
 * who is signed in, in whichever session, or else to this browser alone.
 */
export async function draftRoutes(app: FastifyInstance, { drafts, signing }: Deps): Promise<void> {
  const options = { config: { api: true } };
  // JSON for these routes only: a form cannot send it.
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: MAX_BODY }, readJson);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });

  const ownerOf = (request: FastifyRequest): string | null => {
    const { owner } = request.visitor;
    if (owner) return `owner:${owner}`;
    const visitor = signing.verify(COOKIE, request.cookies[COOKIE] ?? '');
    return visitor && `visitor:${visitor}`;
  };

  const newVisitor = (reply: FastifyReply): string => {
    const visitor = randomBytes(16).toString('base64url');
    reply.setCookie(COOKIE, signing.sign(COOKIE, visitor), {
      path: '/drafts/',
      httpOnly: true,
      sameSite: 'lax',
      maxAge: DRAFT_MAX_AGE,
    });
    return `visitor:${visitor}`;
  };

  app.get('/drafts/', options, async (request, reply) => {
    const owner = ownerOf(request);
    return reply.send({ drafts: owner ? await drafts.list(owner) : [] });
  });

  app.delete('/drafts/', options, async (request, reply) => {
    const owner = ownerOf(request);
    if (owner) await drafts.removeAll(owner);
    return reply.code(204).send();
  });

  app.get('/drafts/:key/', options, async (request: DraftRequest, reply) => {
    const owner = ownerOf(request);
    const draft = owner && (await drafts.get(owner, request.params.key));
    if (!draft) return reply.code(404).send({ error: 'no such draft' });
    reply.header('etag', draft.etag).header('last-modified', new Date(draft.savedAt).toUTCString());
    return reply.type('application/json; charset=utf-8').send(draft.body);
  });

  app.put('/drafts/:key/', options, async (request: DraftRequest, reply) => {
    const { key } = request.params;
    if (!KEY.test(key)) return reply.code(400).send({ error: 'key: 1 to 100 of A-Z a-z 0-9 . _ : ~ -' });
    if (typeof request.body !== 'string') return reply.code(415).send({ error: 'application/json expected' });
    const owner = ownerOf(request) ?? newVisitor(reply);
    return answerPut(reply, await drafts.put(owner, key, request.body, conditionsOf(request)));
  });

  app.delete('/drafts/:key/', options, async (request: DraftRequest, reply) => {
    const owner = ownerOf(request);
    const result = owner ? await drafts.remove(owner, request.params.key, conditionsOf(request)) : 'removed';
    return result === 'removed'
      ? reply.code(204).send()
      : refuse(reply, 412, 'changed meanwhile', result.etag);
  });
}

function answerPut(reply: FastifyReply, result: PutResult): FastifyReply {
  switch (result.kind) {
    case 'created':
    case 'replaced':
    case 'same': {
      const status = result.kind === 'created' ? 201 : 200;
      return reply.code(status).header('etag', result.etag).send({ etag: result.etag });
    }
    case 'changed':
      return refuse(reply, 412, 'changed meanwhile', result.etag);
    case 'unconditional':
      return refuse(reply, 428, 'there is one already: say which with If-Match', result.etag);
    case 'too-many':
      return refuse(reply, 409, 'too many drafts', null);
  }
}

function refuse(reply: FastifyReply, status: number, error: string, etag: string | null): FastifyReply {
  if (etag) reply.header('etag', etag);
  return reply.code(status).send({ error });
}

function conditionsOf({ headers }: FastifyRequest): Preconditions {
  return { ifMatch: headers['if-match'] ?? null, ifNoneMatch: headers['if-none-match'] ?? null };
}

/** Kept as it came; it only has to be JSON. */
async function readJson(_request: FastifyRequest, body: string): Promise<string> {
  try {
    JSON.parse(body);
  } catch {
    throw Object.assign(new Error('The body is not JSON.'), { statusCode: 400 });
  }
  return body;
}

import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { text } from './answers.js';
import type { Answer, Effect, Post, PostedField } from './types.js';

const KEY_FIELD = 'idempotency_key';
const CSRF_FIELD = 'csrfmiddlewaretoken';

type Saved = { fingerprint: string } & ({ state: 'running' } | { state: 'done'; answer: Answer });

/** The field outranks the header, whose RFC 8941 quotes are taken off. */
export function keyOf(fields: PostedField[], headers: IncomingHttpHeaders): string {
  const field = fields.find(([name]) => name === KEY_FIELD)?.[1];
  if (typeof field === 'string' && field !== '') return field;
  const header = headers['idempotency-key'];
  return typeof header === 'string' ? header.replace(/^"(.*)"$/, '$1') : '';
}

/** Applies submissions, and remembers the answer of each key that made an effect. */
export function createLedger(changed: () => void) {
  const effects: Effect[] = [];
  const saved = new Map<string, Saved>();

  function apply(post: Post, user: string): void {
    if (post.applied) return;
    post.applied = true;
    const fields = post.fields.filter(([name]) => name !== CSRF_FIELD && name !== KEY_FIELD);
    effects.push({ key: post.key, path: post.path, fields, order: effects.length + 1, user });
    changed();
  }

  /** Runs `handle` unless the key was seen: then the saved answer, 409 while it runs, 422 for another body. */
  async function once(post: Post, handle: () => Promise<Answer>): Promise<Answer> {
    if (post.key === '') return handle();
    const fingerprint = fingerprintOf(post);
    const known = saved.get(post.key);
    if (known) {
      if (known.fingerprint !== fingerprint) return text(422, 'this key was used with another body');
      return known.state === 'done' ? known.answer : text(409, 'the first request is still running');
    }
    saved.set(post.key, { fingerprint, state: 'running' });
    try {
      const answer = await handle();
      if (post.applied) saved.set(post.key, { fingerprint, state: 'done', answer });
      return answer;
    } finally {
      // What made no effect (a validation error) may be sent again, corrected, under its key.
      if (!post.applied) saved.delete(post.key);
    }
  }

  return { effects, apply, once };
}

function fingerprintOf(post: Post): string {
  const hash = createHash('sha256').update(`${post.path}\n`);
  if (post.fields.length === 0) return hash.update(post.body).digest('hex');
  for (const [name, value] of post.fields) {
    if (name === CSRF_FIELD || name === KEY_FIELD) continue;
    const part = typeof value === 'string' ? { value } : { ...value, bytes: value.bytes.toString('base64') };
    hash.update(JSON.stringify([name, part]));
  }
  return hash.digest('hex');
}

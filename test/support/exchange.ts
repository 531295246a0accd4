import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseFields } from './body.js';
import { keyOf } from './idempotency.js';
import type { Answer, Post, PostedField, SeenRequest } from './types.js';

export function seen(incoming: IncomingMessage): SeenRequest {
  const url = incoming.url ?? '/';
  return {
    method: incoming.method ?? 'GET',
    path: new URL(url, 'http://site').pathname,
    url,
    headers: incoming.headers,
    at: Date.now(),
  };
}

export function postOf(request: SeenRequest, body: Buffer, arrived: Post['arrived']): Post {
  const fields = arrived === 'whole' ? parseFields(body, request.headers['content-type']) : [];
  return { ...request, body, fields, key: keyOf(fields, request.headers), arrived, applied: false };
}

export const textOf = (fields: PostedField[], name: string): string => {
  const value = fields.find((field) => field[0] === name)?.[1];
  return typeof value === 'string' ? value : '';
};

/** The body, and whether all of it came. */
export async function readBody(
  incoming: IncomingMessage,
): Promise<{ body: Buffer; arrived: Post['arrived'] }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    return { body: Buffer.concat(chunks), arrived: 'head' };
  }
  return { body: Buffer.concat(chunks), arrived: incoming.complete ? 'whole' : 'head' };
}

export function send(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body ?? '');
  const length = answer.status === 204 ? {} : { 'content-length': body.length };
  response.writeHead(answer.status, { ...answer.headers, ...length });
  response.end(body);
}

export const isHtml = ({ headers = {} }: Answer): boolean =>
  String(headers['content-type'] ?? '').startsWith('text/html');

/** The answer with one more cookie. */
export function withCookie(answer: Answer, cookie: string): Answer {
  const cookies = [answer.headers?.['set-cookie'] ?? []].flat();
  return { ...answer, headers: { ...answer.headers, 'set-cookie': [...cookies, cookie] } };
}

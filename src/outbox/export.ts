import type { EntryRecord } from '../storage/records.js';
import type { Body, StoredFile } from '../types.js';

/** An entry as a person can take it away: plain JSON, files as base64. */
export interface ExportedEntry {
  id: string;
  url: string;
  form: string;
  page: string;
  createdAt: string;
  state: string;
  reason?: string;
  fields?: [name: string, value: string | { name: string; type: string; base64: string }][];
  body?: { type: string; text: string } | { type: string; base64: string };
}

/** The entry and what it carries; nothing secret is in it, since nothing secret is stored. */
export function exportEntry(entry: EntryRecord, body: Body | undefined): ExportedEntry {
  return {
    id: entry.id,
    url: entry.url,
    form: entry.form.title,
    page: entry.form.page,
    createdAt: new Date(entry.createdAt).toISOString(),
    state: entry.state,
    ...(entry.reason && { reason: entry.reason }),
    ...(body?.kind === 'form' && {
      fields: body.fields.map(([name, value]) => [name, typeof value === 'string' ? value : fileOf(value)]),
    }),
    ...(body?.kind === 'bytes' && { body: readable(body) }),
  };
}

/** What is text is given as text. */
function readable({ contentType: type, bytes }: Extract<Body, { kind: 'bytes' }>) {
  const isText = /^text\/|[/+](?:json|xml)|urlencoded/i.test(type);
  return isText ? { type, text: new TextDecoder().decode(bytes) } : { type, base64: base64(bytes) };
}

const fileOf = ({ name, type, bytes }: StoredFile) => ({ name, type, base64: base64(bytes) });

/** All of them as one JSON file, put together of a part for each: only one is in memory as text at a time. */
export async function exportFile(
  entries: readonly EntryRecord[],
  bodyOf: (id: string) => Promise<Body | undefined>,
): Promise<Blob> {
  const parts: Blob[] = [];
  for (const entry of entries) {
    const json = JSON.stringify(exportEntry(entry, await bodyOf(entry.id)), undefined, 1);
    parts.push(new Blob([parts.length === 0 ? '' : ',\n', json]));
  }
  return new Blob(['[', ...parts, ']\n'], { type: 'application/json' });
}

/** In pieces: a call takes so many arguments and no more. */
const piece = 0x8000;

function base64(bytes: ArrayBuffer): string {
  let binary = '';
  for (let at = 0; at < bytes.byteLength; at += piece) {
    binary += String.fromCharCode(...new Uint8Array(bytes.slice(at, at + piece)));
  }
  return btoa(binary);
}

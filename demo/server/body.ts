import type { FastifyInstance, FastifyRequest } from 'fastify';
import multipart from '@fastify/multipart';

export interface FormFile {
  filename: string;
  type: string;
  bytes: Buffer;
}

/** One name and value of a submission, in the order it was sent. */
export interface FormEntry {
  name: string;
  value: string | FormFile;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The submission of a POST. */
    entries: FormEntry[];
  }
}

const URLENCODED = 'application/x-www-form-urlencoded';
const MEBIBYTE = 2 ** 20;

/** Size of the largest file that is accepted, in bytes. */
const MAX_FILE = 2 * MEBIBYTE;

/** Registers the two encodings of forms; larger bodies are answered with 413. */
export async function acceptForms(app: FastifyInstance): Promise<void> {
  app.addContentTypeParser(
    URLENCODED,
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => {
      return new URLSearchParams(body);
    },
  );
  await app.register(multipart, {
    limits: { fileSize: MAX_FILE, files: 1, fields: 50, fieldSize: 64 * 1024, parts: 51 },
  });
}

/** Reads a submission of either encoding; anything else has no entries. */
export async function readForm(request: FastifyRequest): Promise<FormEntry[]> {
  const { body } = request;
  if (body instanceof URLSearchParams) return [...body].map(([name, value]) => ({ name, value }));
  if (!request.isMultipart()) return [];
  const entries: FormEntry[] = [];
  for await (const part of request.parts()) {
    const value =
      part.type === 'field'
        ? String(part.value)
        : { filename: part.filename, type: part.mimetype, bytes: await part.toBuffer() };
    entries.push({ name: part.fieldname, value });
  }
  return entries;
}

/** The first text under a name, `''` without one. */
export function field(entries: FormEntry[], name: string): string {
  return fieldAll(entries, name)[0] ?? '';
}

/** Every text under a name. */
export function fieldAll(entries: FormEntry[], name: string): string[] {
  return entries.flatMap((entry) =>
    entry.name === name && typeof entry.value === 'string' ? [entry.value] : [],
  );
}

/** The file under a name; an input left empty sends a nameless empty one, which is no file. */
export function file(entries: FormEntry[], name: string): FormFile | null {
  const value = entries.find((entry) => entry.name === name)?.value;
  return value && typeof value !== 'string' && (value.filename || value.bytes.length > 0) ? value : null;
}

import type { HeadersFor, IdempotencyOptions } from '../options.js';
import type { EntryRecord } from '../storage/records.js';
import type { Body, Field } from '../types.js';
import type { Context } from './classify.js';

/** What an answer is judged by. */
export function contextOf(
  entry: EntryRecord,
  body: Body,
  { signIn, idempotency }: { signIn: string; idempotency: IdempotencyOptions | false },
  refreshed: boolean,
): Context {
  const auxiliary = new Set([
    ...(idempotency ? [idempotency.field] : []),
    ...(body.kind === 'form' && body.csrfField ? [body.csrfField] : []),
  ]);
  const fields = body.kind === 'form' ? body.fields.filter(([name]) => !auxiliary.has(name)) : [];
  return {
    signIn,
    submittedUrl: entry.url,
    formName: entry.form.name,
    fieldNames: fields.map(([name]) => name),
    values: fields.filter((field): field is [string, string] => typeof field[1] === 'string'),
    refreshed,
  };
}

/** Those stored, those of this moment, those of this delivery. `undefined`: the app could not say them now. */
export async function headersOf(
  entry: EntryRecord,
  own: Headers | undefined,
  headersFor: HeadersFor | undefined,
): Promise<Headers | undefined> {
  const headers = new Headers(entry.headers);
  if (entry.delivery !== 'app') return headers;
  try {
    const now = new Headers(await headersFor?.(entry.url));
    for (const given of [now, own ?? []]) {
      for (const [name, value] of given) headers.set(name, value);
    }
    return headers;
  } catch (error) {
    reportError(error);
    return undefined;
  }
}

/** The body with what is of this attempt: the key as it is now, the token of this moment. */
export function bodyOf(
  body: Body,
  entry: EntryRecord,
  idempotency: IdempotencyOptions | false,
  placeToken: (fields: readonly Field[]) => Field[],
): Body {
  if (body.kind !== 'form') return body;
  const keyed = body.fields.map((field): Field =>
    idempotency && field[0] === idempotency.field ? [field[0], entry.key] : field,
  );
  return { ...body, fields: placeToken(keyed) };
}

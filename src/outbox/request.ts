import { isSecretName } from '../lib/secret.js';
import type { IdempotencyOptions } from '../options.js';
import type { Body, Field, Submission } from '../types.js';

/** What a request of the app needs to become a submission. */
export interface Describe {
  id: string;
  /** Where it goes in order; the address's path when absent. */
  lane?: string | undefined;
  title: string;
  /** Address of the page it is made on. */
  page: string;
  unknown: 'replay' | 'ask';
  idempotency: IdempotencyOptions | false;
  isToken(name: string): boolean;
  blankTokens(fields: readonly Field[]): { fields: Field[]; csrfField?: string };
  storeFields(formData: FormData): Promise<Field[]>;
}

/** Headers by which a request says who sends it: asked for at each attempt, never stored. */
export const isSecretHeader = (name: string): boolean =>
  /authori[sz]ation|x-auth\b|cookie|token|secret|api-?key|passw/i.test(name) && !isTokenHeader(name);

/** Headers with a CSRF token: put in anew at each attempt. */
export const isTokenHeader = (name: string): boolean => /[cx]srf|verificationtoken/i.test(name);

/** The request as it is stored, without what must not be: its secret headers, its tokens. Reads its body. */
export async function describeRequest(request: Request, given: Describe): Promise<Submission> {
  const { id, idempotency, title, page, unknown } = given;
  const own = idempotency && request.headers.get(idempotency.header);
  const isStored = (name: string) => name !== 'content-type' && !isSecretHeader(name) && !isTokenHeader(name);
  return {
    id,
    key: own ? own.replace(/^"(.*)"$/, '$1') : id,
    url: request.url.replace(/#.*$/, ''),
    method: 'POST',
    body: await bodyOf(request, given),
    lane: given.lane ?? new URL(request.url).pathname,
    form: { name: '', title, page: page.replace(/#.*$/, '') },
    unknown,
    delivery: 'app',
    headers: [...request.headers].filter(([name]) => isStored(name)),
  };
}

/** Multipart as fields and files; the bytes of anything else, unless a token has to be renewed in it. */
async function bodyOf(request: Request, { blankTokens, storeFields }: Describe): Promise<Body> {
  const contentType = request.headers.get('content-type') ?? 'application/octet-stream';
  if (/^multipart\/form-data/i.test(contentType)) {
    const fields = await storeFields(await request.formData());
    return { kind: 'form', enctype: 'multipart/form-data', ...blankTokens(fields) };
  }
  const bytes = await request.arrayBuffer();
  if (isUrlEncoded(contentType)) {
    const blank = blankTokens([...new URLSearchParams(new TextDecoder().decode(bytes))]);
    if (blank.csrfField !== undefined) {
      return { kind: 'form', enctype: 'application/x-www-form-urlencoded', ...blank };
    }
  }
  return { kind: 'bytes', contentType, bytes };
}

const isUrlEncoded = (contentType: string): boolean =>
  /^application\/x-www-form-urlencoded/i.test(contentType);

/** Name of the first field that must not be stored and has a value, a token in JSON included. */
export function secretIn({ body }: Submission, isToken: Describe['isToken']): string | undefined {
  if (body.kind === 'form') return firstSecret(body.fields, isSecretName);
  const text = () => new TextDecoder().decode(body.bytes);
  if (isUrlEncoded(body.contentType)) return firstSecret([...new URLSearchParams(text())], isSecretName);
  if (!/[/+]json/i.test(body.contentType)) return undefined;
  const fields: Field[] = [];
  try {
    JSON.parse(text(), (name, value: unknown) => {
      if (typeof value === 'string' || typeof value === 'number') fields.push([name, String(value)]);
    });
  } catch {
    // Not JSON after all: nothing has a name.
  }
  return firstSecret(fields, (name) => isSecretName(name) || isToken(name));
}

const firstSecret = (fields: readonly Field[], isSecret: (name: string) => boolean): string | undefined =>
  fields.find(([name, value]) => value !== '' && isSecret(name))?.[0];

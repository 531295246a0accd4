import { randomUUID } from 'node:crypto';

/** What came back: redirects are not followed, as what they say is what is tested. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  location: string;
  /** `resilient-sent` of this answer, empty without it. */
  proof: string;
}

export type Fields = Record<string, string | readonly string[] | File>;

export interface PostOptions {
  /** In the field `idempotency_key`. */
  key?: string;
  /** Raw, as it is to be sent. */
  header?: string;
  /** @default the one of the cookie */
  token?: string;
  accept?: string;
}

/** Somebody with a browser's cookies, who speaks plain HTTP. */
export interface Visitor {
  get(path: string, accept?: string): Promise<Answer>;
  post(path: string, fields: Fields, options?: PostOptions): Promise<Answer>;
  signIn(name: string): Promise<void>;
  /** The flash messages that the next page shows. */
  messages(path?: string): Promise<string[]>;
  cookies: Map<string, string>;
}

export const freshKey = (): string => randomUUID();

export function createVisitor(origin: string): Visitor {
  const cookies = new Map<string, string>();

  type Asked = Omit<RequestInit, 'headers'> & { headers: Record<string, string> };
  const ask = async (path: string, init: Asked): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', ...init.headers, ...(cookie && { cookie }) };
    const response = await fetch(new URL(path, origin), { ...init, headers, redirect: 'manual' });
    const set = response.headers.getSetCookie();
    for (const line of set) remember(line);
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      location: response.headers.get('location') ?? '',
      proof: set.map((line) => /^resilient-sent=([^;]*)/.exec(line)?.[1]).find(Boolean) ?? '',
    };
  };

  const remember = (line: string) => {
    const [pair = ''] = line.split(';', 1);
    const equals = pair.indexOf('=');
    const value = pair.slice(equals + 1);
    if (value === '' || /max-age=0/i.test(line)) cookies.delete(pair.slice(0, equals));
    else cookies.set(pair.slice(0, equals), value);
  };

  const visitor: Visitor = {
    cookies,
    get: (path, accept = 'text/html') => ask(path, { headers: { accept } }),
    async post(path, fields, { key, header, token, accept = 'text/html' } = {}) {
      if (!cookies.has('csrftoken')) await visitor.get('/login/');
      const csrfmiddlewaretoken = token ?? cookies.get('csrftoken') ?? '';
      const all = { csrfmiddlewaretoken, ...fields, ...(key !== undefined && { idempotency_key: key }) };
      const headers = { accept, ...(header !== undefined && { 'idempotency-key': header }) };
      return await ask(path, { method: 'POST', headers, body: encode(all) });
    },
    async signIn(name) {
      const answer = await visitor.post('/login/', { username: name, password: 'admin' });
      if (answer.status !== 302) throw new Error(`${name} could not sign in: ${answer.status}`);
    },
    async messages(path = '/received/') {
      const { text } = await visitor.get(path);
      const list = /<ul class="messages"[^>]*>(.*?)<\/ul>/s.exec(text)?.[1] ?? '';
      return [...list.matchAll(/<li[^>]*>(.*?)<\/li>/gs)].map(([, item = '']) =>
        item.replaceAll(/<[^>]*>/g, ''),
      );
    },
  };
  return visitor;
}

/** As browsers do: multipart as soon as there is a file. */
function encode(fields: Fields): FormData | URLSearchParams {
  const entries = Object.entries(fields).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map((one: string) => [name, one] as const)
      : [[name, value as string | File] as const],
  );
  const form = new FormData();
  const plain = new URLSearchParams();
  for (const [name, value] of entries) {
    if (typeof value === 'string') plain.append(name, value);
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value);
  }
  return entries.some(([, value]) => typeof value !== 'string') ? form : plain;
}

/** A book as the admin's form sends it, with as many chapters. */
export function book(title: string, more: Fields = {}, chapters = 0): Fields {
  const rows = Array.from({ length: chapters }, (_, row) => ({
    [`chapters-${row}-id`]: '',
    [`chapters-${row}-book`]: '',
    [`chapters-${row}-number`]: String(row + 1),
    [`chapters-${row}-title`]: `${title}, part ${row + 1}`,
  }));
  return {
    title,
    slug: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    author: '1',
    published_at_0: '2026-01-02',
    published_at_1: '03:04:05',
    summary: '',
    price: '9.50',
    stock: '3',
    ...formset('chapters', chapters),
    ...Object.assign({}, ...rows),
    ...formset('reviews', 0),
    _save: 'Save',
    ...more,
  };
}

function formset(prefix: string, total: number): Fields {
  return {
    [`${prefix}-TOTAL_FORMS`]: String(total),
    [`${prefix}-INITIAL_FORMS`]: '0',
    [`${prefix}-MIN_NUM_FORMS`]: '0',
    [`${prefix}-MAX_NUM_FORMS`]: '1000',
  };
}

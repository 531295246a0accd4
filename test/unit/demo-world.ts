import type { Demo } from '../../demo/server/app.js';

/** A valid order. */
export const ORDER = {
  customer: 'Ada Lovelace',
  email: 'ada@example.org',
  coffee: 'Harbour blend',
  size: '500 g',
  quantity: '2',
  wanted: '',
  notes: '',
};

interface ReceivedOrder {
  id: number;
  customer: string;
  effects: { kind: string; key: string | null; deliveries: number }[];
}

/** A visitor without script: a cookie jar, and forms that carry the page's token. */
export function createVisitor(origin: string) {
  const jar = new Map<string, string>();

  const send = async (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(new URL(url, origin), { ...init, redirect: 'manual', headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };

  const post = async (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) => {
    if (!jar.has('csrftoken')) await send('/login/');
    const body = new URLSearchParams({ csrfmiddlewaretoken: jar.get('csrftoken') ?? '', ...fields });
    return await send(url, { method: 'POST', body, headers });
  };

  return {
    jar,
    send,
    post,
    order: (fields: Record<string, string> = {}) => post('/orders/new/', { ...ORDER, ...fields }),
    signIn: (username: string) => post('/login/', { username, password: 'long enough', next: '/' }),
  };
}

/** The orders that a submission with this key made or touched, as the server counts them. */
export async function received(origin: string, key: string): Promise<ReceivedOrder[]> {
  const response = await fetch(new URL('/received.json', origin));
  const { orders }: { orders: ReceivedOrder[] } = await response.json();
  return orders.filter(({ effects }) => effects.some((effect) => effect.key === key));
}

/** Begins a fault; `none` ends the one under way. */
export async function fault({ control }: Demo, kind: string, seconds = 60): Promise<Response> {
  const headers = { 'x-fault-token': control.token };
  const url = `${control.origin}/faults`;
  if (kind === 'none') return await fetch(url, { method: 'DELETE', headers });
  const body = JSON.stringify({ kind, seconds });
  return await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  });
}

import { expect, test } from '@playwright/test';
import { classifyHealth, type HealthAnswer } from '../../src/connection/classify-health.js';

const url = 'https://site.example/health/?_=n';
const now = Date.UTC(2026, 10, 23);

interface Case extends Partial<Omit<HealthAnswer, 'headers'>> {
  type?: string;
  headers?: Record<string, string>;
  signIn?: string;
}

function classify({ type, headers = {}, signIn = 'auto', ...answer }: Case) {
  const all = new Headers({ ...(type !== undefined && { 'content-type': type }), ...headers });
  const whole = { status: 200, url, redirected: false, body: '', ...answer, headers: all };
  return classifyHealth(whole, { url, signIn, now });
}

const json = (value: unknown, status = 200): Case => ({
  status,
  type: 'application/json',
  body: JSON.stringify(value),
});
const text = (body: string): Case => ({ type: 'text/plain;charset=UTF-8', body });

const states: [what: string, answer: Case, state: string][] = [
  ['204', { status: 204 }, 'online'],
  ['health+json, pass', { ...json({ status: 'pass' }), type: 'application/health+json' }, 'online'],
  ['health+json, warn', json({ status: 'warn' }), 'degraded'],
  ['health+json, fail, 503', json({ status: 'fail' }, 503), 'down'],
  ['status fail with 200', json({ status: 'fail' }), 'down'],
  ['a status in other words', json({ status: 'OK' }), 'online'],
  ['Spring, up', json({ status: 'UP' }), 'online'],
  ['Spring, out of service', json({ status: 'OUT_OF_SERVICE' }), 'down'],
  ['ASP.NET, plain text', text('Healthy'), 'online'],
  ['ASP.NET, degraded', text('Degraded'), 'degraded'],
  ['ASP.NET, unhealthy', text('Unhealthy'), 'down'],
  [
    'django-health-check, working',
    json({ DatabaseBackend: 'working', 'Cache: default': 'working' }),
    'online',
  ],
  ['Dropwizard, one part broken', json({ db: { healthy: false }, disk: { healthy: true } }), 'down'],
  ['{"ok": true}', json({ ok: true }), 'online'],
  ['{"healthy": false}', json({ healthy: false }), 'down'],
  ['{"status": 200}', json({ status: 200 }), 'online'],
  ['just "ok" as JSON', json('ok'), 'online'],
  ['plain ok', text('ok\n'), 'online'],
  ['plain text with more words', text('OK - 12 checks passed'), 'online'],
  ['JSON under a wrong type', text('{"status":"pass"}'), 'online'],
  ['HTML', { type: 'text/html', body: '<h1>Welcome to the Wi-Fi</h1>' }, 'intercepted'],
  ['ok as HTML', { type: 'text/html', body: 'ok' }, 'intercepted'],
  ['an empty 200', { type: 'text/plain' }, 'intercepted'],
  ['a text that is no health answer', text('You are offline'), 'intercepted'],
  ['a long text', text(`ok ${'x'.repeat(200)}`), 'intercepted'],
  ['garbage for JSON', { type: 'application/json', body: '{"status":"pa' }, 'intercepted'],
  ['null as JSON', json(null), 'intercepted'],
  ['JSON about something else', json({ user: { id: 1 } }), 'online'],
  ['a list of search results', json({ results: [], pagination: { more: false }, count: 0 }), 'online'],
  ['an empty object', json({}), 'online'],
  ['an empty list', json([]), 'online'],
  ['JSON about something else under a wrong type', text('{"results":[]}'), 'intercepted'],
  ['JSON of an error', json({ error: 'no database' }), 'intercepted'],
  ['checks in words nobody knows', json({ checks: { database: 'teapot' } }), 'intercepted'],
  ['a list of checks, one of them in a word nobody knows', json({ db: 'ok', disk: 'teapot' }), 'intercepted'],
  ['a status word nobody knows', json({ status: 'teapot' }), 'intercepted'],
  ['a body cut short', { type: 'application/json', body: undefined }, 'down'],
  ['500', { status: 500, type: 'text/html', body: '<h1>Oops</h1>' }, 'down'],
  ['502 of a proxy', { status: 502 }, 'down'],
  ['429', { status: 429 }, 'down'],
  ['511', { status: 511, type: 'text/html' }, 'intercepted'],
  ['407', { status: 407 }, 'intercepted'],
  ['408, as service workers say it', { ...text('Network error happened'), status: 408 }, 'unreachable'],
  ['401', { status: 401 }, 'signed-out'],
  ['419', { status: 419 }, 'signed-out'],
  ['403 as JSON', json({ detail: 'no' }, 403), 'misconfigured'],
  ['403 as a page', { status: 403, type: 'text/html', body: '<h1>Blocked</h1>' }, 'intercepted'],
  ['404', { status: 404, type: 'text/html', body: '<h1>Not found</h1>' }, 'misconfigured'],
  ['405', { status: 405 }, 'misconfigured'],
  ['410', { status: 410 }, 'misconfigured'],
  ['304', { status: 304 }, 'intercepted'],
];

for (const [what, answer, state] of states) {
  test(`${what} means ${state}`, { tag: '@C01' }, () => {
    expect(classify(answer).state).toBe(state);
  });
}

test(
  'a redirect to a sign-in page means signed-out, by path, option or password field',
  { tag: '@C01' },
  () => {
    const html = { redirected: true, type: 'text/html', body: '<p>Hello</p>' };
    const field = '<form><input type="password" name="p"></form>';
    expect(classify({ ...html, url: 'https://site.example/accounts/login/?next=/' }).state).toBe(
      'signed-out',
    );
    expect(classify({ ...html, url: 'https://site.example/welcome/', body: field }).state).toBe('signed-out');
    expect(classify({ ...html, url: 'https://site.example/in/', signIn: '/in/' }).state).toBe('signed-out');
    expect(classify({ ...html, url: 'https://site.example/welcome/' }).state).toBe('intercepted');
    expect(classify({ type: 'text/html', body: field }).state).toBe('intercepted');
  },
);

test('a redirect within the site to a health answer counts, to another site never', { tag: '@C01' }, () => {
  const answer = { ...json({ status: 'pass' }), redirected: true };
  expect(classify({ ...answer, url: 'https://site.example/en/health/' }).state).toBe('online');
  expect(classify({ ...answer, url: 'https://other.example/health/' }).state).toBe('intercepted');
});

test('an answer without the nonce, or with an age, comes from a cache', { tag: '@C01' }, () => {
  const good = json({ status: 'pass' });
  expect(classify({ ...good, url: 'https://site.example/health/' }).state).toBe('intercepted');
  expect(classify({ ...good, url: 'https://site.example/health/?_=older' }).state).toBe('intercepted');
  expect(classify({ ...good, headers: { age: '12' } }).state).toBe('intercepted');
  expect(classify({ ...good, headers: { age: '0' } }).state).toBe('online');
});

test('checks are kept by name, whatever the shape', () => {
  const shapes: [unknown, Record<string, string>][] = [
    [
      { status: 'pass', checks: { 'db:time': [{ status: 'pass' }, { status: 'warn' }] } },
      { 'db:time': 'warn' },
    ],
    [
      { status: 'UP', components: { db: { status: 'UP' }, mail: { status: 'DOWN' } } },
      { db: 'UP', mail: 'DOWN' },
    ],
    [{ status: 'Healthy', entries: { sql: { status: 'Healthy' } } }, { sql: 'Healthy' }],
    [{ status: 'UP', checks: [{ name: 'db', status: 'UP' }] }, { db: 'UP' }],
    [{ checkResults: [{ name: 'Disk', status: 'ok' }] }, { Disk: 'ok' }],
    [
      { DatabaseBackend: 'working', Cache: 'unavailable: gone' },
      { DatabaseBackend: 'working', Cache: 'unavailable: gone' },
    ],
  ];
  for (const [value, checks] of shapes) expect(classify(json(value)).checks).toEqual(checks);
});

test('names such as __proto__ are names, and huge lists are cut', () => {
  const body = '{"status":"pass","checks":{"__proto__":"fail","constructor":"pass"}}';
  const { checks } = classify({ type: 'application/json', body });
  expect(Object.keys(checks ?? {})).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>)['fail']).toBeUndefined();
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`c${index}`, 'pass']));
  expect(Object.keys(classify(json({ status: 'pass', checks: many })).checks ?? {})).toHaveLength(100);
});

test('the health answer tells whether the server de-duplicates', () => {
  expect(classify(json({ status: 'pass', idempotency: true })).idempotency).toBe(true);
  expect(classify(json({ status: 'pass', idempotency: 'true' })).idempotency).toBeUndefined();
});

test('a failing server says when to come back', { tag: '@C09' }, () => {
  expect(classify({ status: 503, headers: { 'retry-after': '120' } }).retryAt).toBe(now + 120_000);
  expect(classify({ status: 429, headers: { 'retry-after': 'soon' } }).retryAt).toBeUndefined();
  expect(
    classify({ ...json({ status: 'pass' }), headers: { 'retry-after': '120' } }).retryAt,
  ).toBeUndefined();
});

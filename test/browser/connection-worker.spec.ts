import type { Page } from '@playwright/test';
import { expect, test, type Site } from '../support/fixtures.js';
import { watch } from '../support/watched.js';

/** A site's own worker, of the kinds that people write; what it kept, it kept before the server was lost. */
const worker = (answer: string) => `
  addEventListener('install', (event) => event.waitUntil((async () => {
    const cache = await caches.open('site');
    await cache.put('/health/?_=older', await fetch('/health/?_=older'));
    await skipWaiting();
  })()));
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  addEventListener('fetch', (event) => {
    if (new URL(event.request.url).pathname === '/health/') event.respondWith(answer(event.request));
  });
  const answer = async (request) => { ${answer} };
  const stored = () => caches.match('/health/?_=older');
`;

async function control(page: Page, site: Site, answer: string): Promise<void> {
  site.on('GET', '/sw.js', () => ({
    status: 200,
    headers: { 'content-type': 'text/javascript', 'cache-control': 'no-store' },
    body: worker(answer),
  }));
  site.page('/install/', '<!doctype html><title>Install</title>');
  await page.goto('/install/');
  await page.evaluate(async () => {
    const controlled = new Promise((resolve) =>
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
    );
    await navigator.serviceWorker.register('/sw.js');
    await controlled;
  });
}

for (const { what, answer, state } of [
  {
    what: 'cache first, leaving out the query',
    answer: 'return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);',
    state: 'intercepted',
  },
  {
    what: 'network first, with what it kept instead',
    answer: 'return fetch(request).catch(stored);',
    state: 'intercepted',
  },
  {
    what: 'network first, with what it kept in a response of its own making',
    answer: `return fetch(request).catch(async () => {
      const kept = await stored();
      return new Response(await kept.text(), { headers: kept.headers });
    });`,
    state: 'intercepted',
  },
  {
    what: 'network first, with a page for people instead',
    answer: `return fetch(request).catch(
      () => new Response('<h1>You are offline</h1>', { headers: { 'content-type': 'text/html' } }));`,
    state: 'intercepted',
  },
  {
    what: 'network first, with a 408 instead',
    answer: `return fetch(request).catch(() => new Response('', { status: 408 }));`,
    state: 'unreachable',
  },
  {
    what: 'cache first by the whole address, which the nonce defeats',
    answer: 'return (await caches.match(request)) ?? fetch(request);',
    state: 'unreachable',
  },
] as const) {
  test(`behind a worker (${what}), a lost server is ${state}`, { tag: '@C01' }, async ({ page, site }) => {
    await control(page, site, answer);
    const watched = await watch(page, site);
    // A worker that answers from its cache hides the server from the first.
    await watched.until(answer.includes('ignoreSearch') ? state : 'online');
    await site.stop();
    await page.clock.fastForward(31_000);
    await watched.until(state);
    expect(await watched.told()).not.toContain('degraded');
    await page.getByLabel('title').fill('Ten hooks');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForSelector('form[data-resilient-state="queued"]');
    expect(site.posts).toHaveLength(0);
  });
}

test(
  'a worker that only passes requests on is no reason for doubt',
  { tag: '@C01' },
  async ({ page, site }) => {
    await control(page, site, 'return fetch(request);');
    const watched = await watch(page, site);
    await watched.until('online');
    for (let round = 0; round < 3; round += 1) {
      const before = site.probes.length;
      await page.clock.fastForward(31_000);
      await site.whenProbes(before + 1);
      expect(await watched.check()).toBe('online');
    }
    expect(await watched.told()).toEqual(['online']);
  },
);

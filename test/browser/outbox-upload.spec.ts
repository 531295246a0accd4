import type { Page } from '@playwright/test';
import { html, redirect, text } from '../support/answers.js';
import { bundle } from '../support/bundle.js';
import { expect, test } from '../support/fixtures.js';

const script = bundle('layer', "export { upload } from './outbox/upload.js'");

declare const layer: {
  upload(request: Request, body: Blob, onProgress: (sent: number, total: number) => void): Promise<Response>;
};

/** Posts the same bytes by `fetch` and by `upload`, and says what the page saw of each. */
async function both(page: Page, path: string, size = 300_000) {
  await page.goto('/done/');
  await page.addScriptTag({ content: await script });
  return page.evaluate(
    async ({ path, size }) => {
      const body = new Blob([new Uint8Array(size).map((_, at) => at % 251)]);
      const headers = {
        'content-type': 'multipart/form-data; boundary=----X',
        accept: 'text/html,*/*;q=0.8',
        'idempotency-key': '"a-b"',
      };
      const request = () => new Request(path, { method: 'POST', headers, credentials: 'same-origin' });
      const told: [number, number][] = [];
      const seen = [];
      for (const way of ['fetch', 'upload']) {
        try {
          const response =
            way === 'fetch'
              ? await fetch(path, { method: 'POST', headers, body, credentials: 'same-origin' })
              : (await layer.upload(request(), body, (...progress) => told.push(progress))).clone();
          const { status, url, redirected } = response;
          const head = [...response.headers].filter(([name]) => name !== 'date');
          const words = await response.text().catch((error: Error) => error.name);
          seen.push({ status, url, redirected, head, words });
        } catch (error) {
          seen.push((error as Error).name);
        }
      }
      return { seen, told };
    },
    { path, size },
  );
}

for (const [title, path] of [
  ['an answer', '/answer/'],
  ['a redirect to another page', '/prg/'],
  ['a redirect back to the same address', '/again/'],
  ['a status without content', '/empty/'],
  ['an error', '/error/'],
  ['an answer that breaks off', '/cut/'],
  ['no answer', '/reset/'],
  ['a redirect to another origin', '/away/'],
] as const) {
  test(
    `a large body gets the same answer, sent with its progress told: ${title}`,
    { tag: '@O16' },
    async ({ page, site }) => {
      site.on('POST', '/answer/', () => html('<p>Grüße</p>'));
      site.on('POST', '/prg/', () => redirect('/done/'));
      site.on('POST', '/again/', () => redirect('/again/'));
      site.page('/again/', '<p>Saved.</p>');
      site.on('POST', '/empty/', () => ({ status: 204 }));
      site.on('POST', '/error/', () => ({ ...text(503, 'later'), headers: { 'retry-after': '7' } }));
      site.on('POST', '/away/', () => redirect('http://127.0.0.1:9/'));
      site.fault('cut', { path: '/cut/' });
      site.fault('reset-body', { path: '/reset/' });
      const { seen, told } = await both(page, path);
      expect(seen[1]).toEqual(seen[0]);
      const [first, last] = [site.posts[0]!, site.posts.at(-1)!];
      expect(last.body.equals(first.body)).toBe(true);
      const own = ({ headers }: typeof first) => ({ ...headers, 'cache-control': '', pragma: '' });
      expect(own(last)).toEqual(own(first));
      // Of a request that fails, the last of it may go untold.
      const whole = typeof seen[1] === 'string' ? expect.any(Array) : [300_000, 300_000];
      expect(told.at(-1) ?? []).toEqual(whole);
    },
  );
}

test(
  'progress is told several times, growing, and an end by the page ends it',
  { tag: '@O16' },
  async ({ page, site }) => {
    const session = await page.context().newCDPSession(page);
    await page.goto('/done/');
    await page.addScriptTag({ content: await script });
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 4_000_000,
    });
    const { told, error } = await page.evaluate(async () => {
      const told: number[] = [];
      const ends = new AbortController();
      const request = new Request('/slow/', { method: 'POST', signal: ends.signal });
      const end = (sent: number) => {
        told.push(sent);
        if (told.length === 4) ends.abort();
      };
      const error = await layer.upload(request, new Blob([new Uint8Array(20_000_000)]), end).catch(String);
      return { told, error };
    });
    expect(error).toContain('AbortError');
    expect(told).toHaveLength(4);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(new Set(told).size).toBe(4);
    expect(told[3]).toBeLessThan(20_000_000);
    expect(site.effects).toEqual([]);
  },
);

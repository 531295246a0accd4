import type { Browser, Page } from '@playwright/test';
import { htmlPage } from '../support/answers.js';
import { scriptTag } from '../support/markup.js';
import type { Site } from '../support/site.js';
import { median } from './keystroke.js';
import { memoryOf } from './memory.js';

const count = 500;
/** Of so many POSTs one is handled and its answer dropped. */
const dropped = 20;

interface Drained {
  milliseconds: number;
  inFlight: number;
  lost: number;
  duplicated: number;
}

/** What the server saw of a drain. */
function watch(site: Site) {
  const times = new Map<number, number>();
  let posts = 0;
  let now = 0;
  let most = 0;
  site.on('POST', '/drain/', async (request) => {
    const { n } = JSON.parse(request.body.toString()) as { n: number };
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 2));
    now -= 1;
    request.apply();
    times.set(n, (times.get(n) ?? 0) + 1);
    return { status: 204 };
  });
  site.fault('commit-then-drop', {
    when: ({ path, method }) => path === '/drain/' && method === 'POST' && ++posts % dropped === 0,
  });
  return (milliseconds: number): Drained => ({
    milliseconds,
    inFlight: most,
    lost: count - times.size,
    duplicated: [...times.values()].filter((one) => one > 1).length,
  });
}

type Subject = (page: Page, site: Site) => Promise<number>;

/** Queued while the server is away; the time runs from its return, of which the page is told, to an empty outbox. */
const ours =
  (lane: (n: number) => string): Subject =>
  async (page, site) => {
    site.page('/bench/', htmlPage({ title: 'Bench', head: scriptTag() }));
    await page.goto(`${site.origin}/bench/`);
    await page.evaluate('ResilientForms.instance.connection.check()');
    await site.stop();
    await page.evaluate('ResilientForms.instance.connection.check()');
    await page.evaluate(
      async (lanes) => {
        const { submit } = globalThis.ResilientForms!.instance!;
        for (const [n, lane] of lanes.entries()) await submit('/drain/', { json: { n }, lane });
      },
      Array.from({ length: count }, (_, n) => lane(n)),
    );
    await site.start();
    return page.evaluate(async () => {
      const instance = globalThis.ResilientForms!.instance!;
      const begun = performance.now();
      await instance.connection.check();
      // What a page that shows it has to go by; reading the list so often would be measured, too.
      while (instance.status.queued > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      return performance.now() - begun;
    });
  };

/** Replayed again at once whenever it gives up, where a browser would wait for its next sync event. */
const workbox =
  (script: string): Subject =>
  async (page, site) => {
    site.on('GET', '/workbox.js', () => ({
      status: 200,
      headers: { 'content-type': 'text/javascript' },
      body: script,
    }));
    const head = '<script>self.registration = {}</script><script src="/workbox.js"></script>';
    site.page('/bench/', htmlPage({ title: 'Bench', head }));
    await page.goto(`${site.origin}/bench/`);
    return page.evaluate(async (total) => {
      const { Queue } = (globalThis as unknown as { workbox: { Queue: new (name: string) => WorkboxQueue } })
        .workbox;
      const queue = new Queue('bench');
      const headers = { 'content-type': 'application/json' };
      for (let n = 0; n < total; n += 1) {
        const request = new Request('/drain/', { method: 'POST', body: JSON.stringify({ n }), headers });
        await queue.pushRequest({ request });
      }
      const begun = performance.now();
      while ((await queue.size()) > 0) await queue.replayRequests().catch(() => undefined);
      return performance.now() - begun;
    }, count);
  };

interface WorkboxQueue {
  pushRequest(entry: { request: Request }): Promise<void>;
  replayRequests(): Promise<void>;
  size(): Promise<number>;
}

/** 500 waiting submissions drained to one server that drops one answer in twenty; medians, all subjects in turns. */
export async function measureDrain(
  browser: Browser,
  startSite: () => Promise<Site>,
  workboxScript: string,
  rounds = 3,
): Promise<string[][]> {
  const subjects: Record<string, Subject> = {
    'resilient-forms, one lane': ours(() => 'one'),
    'resilient-forms, 500 lanes': ours(String),
    ...(workboxScript && { 'workbox-background-sync': workbox(workboxScript) }),
  };
  const results = new Map<string, Drained[]>(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, subject] of Object.entries(subjects)) {
      const site = await startSite();
      const context = await browser.newContext();
      const sum = watch(site);
      results.get(name)!.push(sum(await subject(await context.newPage(), site)));
      await context.close();
      await site.close();
    }
  }
  const total = (all: Drained[], key: keyof Drained) => all.reduce((sum, one) => sum + one[key], 0);
  return [
    [`drain of ${count}, 1 answer in ${dropped} dropped:`, 'ms each', 'in flight', 'lost', 'twice'],
    ...[...results].map(([name, all]) => [
      name,
      (median(all.map(({ milliseconds }) => milliseconds)) / count).toFixed(1),
      String(Math.max(...all.map(({ inFlight }) => inFlight))),
      `${total(all, 'lost')} of ${count * rounds}`,
      `${total(all, 'duplicated')} of ${count * rounds}`,
    ]),
  ];
}

const fileSize = 10 * 1_048_576;

/** Memory of the page's process before and while files drain, the most of it: twice as many are to need no more. */
export async function measureDrainMemory(
  browser: Browser,
  startSite: () => Promise<Site>,
): Promise<string[][]> {
  const rows = [];
  for (const files of [10, 19]) {
    const site = await startSite();
    rows.push([`resilient-forms, ${files} × 10 MiB`, ...(await memoryOfDrain(browser, site, files))]);
    await site.close();
  }
  return [['memory of the page while files drain, MiB:', 'before', 'most'], ...rows];
}

async function memoryOfDrain(browser: Browser, site: Site, files: number): Promise<string[]> {
  site.page('/bench/', htmlPage({ title: 'Bench', head: scriptTag() }));
  site.on('POST', '/files/', (request) => (request.apply(), { status: 204 }));
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site.origin}/bench/`);
  await page.evaluate('ResilientForms.instance.connection.check()');
  await site.stop();
  await page.evaluate('ResilientForms.instance.connection.check()');
  for (let n = 0; n < files; n += 1) {
    await page.evaluate(
      async ([n, size]) => {
        const body = new FormData();
        body.append('file', new File([new Uint8Array(size!).fill(n!)], `${n}.bin`));
        await globalThis.ResilientForms!.instance!.submit('/files/', { body, lane: String(n) });
      },
      [n, fileSize],
    );
  }
  await page.close();
  // A process of its own, that has not stored them.
  const next = await context.newPage();
  await site.start();
  site.fault({ status: 503 }, { path: '/health/', times: 1 });
  await next.goto(`${site.origin}/bench/`);
  const memory = await memoryOf(browser, next);
  const before = await memory.now();
  const most = memory.most();
  await next.evaluate('ResilientForms.instance.connection.check()');
  await site.whenEffects(files);
  const peak = await most();
  await context.close();
  return [before, peak].map((kilobytes) => (kilobytes / 1024).toFixed(0));
}

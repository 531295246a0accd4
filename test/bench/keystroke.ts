import type { Browser } from '@playwright/test';
import { htmlPage } from '../support/answers.js';
import { scriptTag } from '../support/markup.js';
import type { Site } from '../support/site.js';
import type { Peers } from './peers.js';

const sizes = [10, 100, 1000];
const rounds = 5;
const keys = 200;

type Subject = 'nothing' | 'resilient-forms' | 'sisyphus' | 'garlic';

/**
 * Script time a keystroke, microseconds, by number of fields: real input events on a text field, timed around their
 * dispatch and what runs in the tasks after it; medians of several rounds, all subjects in one run, in turns.
 */
export async function measureKeystrokes(browser: Browser, site: Site, peers: Peers): Promise<string[][]> {
  for (const [name, script] of Object.entries(peers)) {
    site.on('GET', `/${name}.js`, () => ({
      status: 200,
      headers: { 'content-type': 'text/javascript' },
      body: script,
    }));
  }
  const heads: Record<Subject, string> = {
    nothing: '',
    'resilient-forms': scriptTag(),
    sisyphus: `<script src="/jquery.js"></script><script src="/sisyphus.js"></script>
      <script>addEventListener('load', () => $('form').sisyphus())</script>`,
    garlic: `<script src="/jquery.js"></script><script src="/garlic.js"></script>
      <script>addEventListener('load', () => $('form').garlic())</script>`,
  };
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const size of sizes) {
      for (const subject of Object.keys(heads) as Subject[]) {
        const key = `${subject} ${size}`;
        const time = await measureOnce(browser, site, heads[subject], size);
        times.set(key, [...(times.get(key) ?? []), time]);
      }
    }
  }
  const cell = (subject: string, size: number) => median(times.get(`${subject} ${size}`)!).toFixed(0);
  return [
    ['µs a keystroke, fields:', ...sizes.map(String)],
    ...Object.keys(heads).map((subject) => [subject, ...sizes.map((size) => cell(subject, size))]),
  ];
}

async function measureOnce(browser: Browser, site: Site, head: string, fields: number): Promise<number> {
  const inputs = Array.from({ length: fields }, (_, index) => `<input id="f${index}" name="f${index}">`);
  site.page(
    '/bench/',
    htmlPage({
      title: 'Bench',
      head,
      body: `<form method="post" id="bench" data-resilient>${inputs.join('')}</form>`,
    }),
  );
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site.origin}/bench/`, { waitUntil: 'load' });
  if (head.includes('resilient')) await page.locator('form[data-resilient-state]').waitFor();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  const scriptTime = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'ScriptDuration')!.value;
  };
  await page.focus('#f0');
  const before = await scriptTime();
  for (let key = 0; key < keys; key += 1) {
    await session.send('Input.dispatchKeyEvent', { type: 'keyDown', text: 'a', key: 'a' });
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'a' });
  }
  const after = await scriptTime();
  await context.close();
  return ((after - before) / keys) * 1e6;
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

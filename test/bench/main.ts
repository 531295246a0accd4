import { readFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { CHROMIUM_ARGS, executable } from '../support/launch.js';
import { startSite } from '../support/site.js';
import { realSuites } from '../support/suites.js';
import { adminOverhead } from './admin.js';
import { measureDrain, measureDrainMemory } from './drain.js';
import { idempotencyCost } from './idempotency.js';
import { measureKeystrokes } from './keystroke.js';
import { fetchPeers, fetchWorkbox } from './peers.js';
import { measureRecovery } from './recovery.js';

const print = (rows: readonly (readonly string[])[]): void => {
  for (const [name = '', ...cells] of rows)
    console.log(name.padEnd(46), ...cells.map((cell) => cell.padStart(8)));
  console.log();
};

async function sizes(peers: Record<string, string>): Promise<string[][]> {
  const kilobytes = (text: string) => (brotliCompressSync(text).length / 1000).toFixed(1);
  const own = await Promise.all(
    ['dist/index.js', 'dist/resilient-forms.min.js'].map(async (path) => [
      path,
      kilobytes(await readFile(path, 'utf8')),
    ]),
  );
  return [['brotli, kB'], ...own, ...Object.entries(peers).map(([name, text]) => [name, kilobytes(text)])];
}

const peers = await fetchPeers();
print(await sizes(peers));
const browser = await chromium.launch({ ...executable(), args: CHROMIUM_ARGS });
const site = await startSite();
print(await measureKeystrokes(browser, site, peers));
print(await measureRecovery(browser, site));
const deduplicating = () => startSite({ declaresIdempotency: true });
print(await measureDrain(browser, deduplicating, await fetchWorkbox()));
print(await measureDrainMemory(browser, deduplicating));
await site.close();
const real = { server: () => idempotencyCost(), django: () => adminOverhead(browser) };
for (const { name, title, lacks } of realSuites()) {
  if (lacks === undefined) print(await real[name]());
  else console.log(`not measured for lack of ${lacks}: ${title}\n`);
}
await browser.close();

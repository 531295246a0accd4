import { rm, writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';
import { check, entriesOf, formIs, lose, queue } from '../support/outbox.js';

const buttons = '<label>File <input type="file" name="scan" multiple></label><button>Save</button>';
const attributes = 'data-resilient enctype="multipart/form-data"';

async function open(page: Page, site: Site, outbox = {}): Promise<void> {
  const block = `<script type="application/json" id="resilient-forms-config">${JSON.stringify({ outbox })}</script>`;
  site.form('/orders/', { fields: ['title'], head: block + scriptTag(), buttons, attributes });
  await page.clock.install();
  await page.goto('/orders/');
  await page.waitForSelector('form[data-resilient-state]');
}

const sentFiles = (site: Site) =>
  site.effects.map(({ fields }) =>
    fields.flatMap(([, value]) => (typeof value === 'string' ? [] : [[value.name, value.bytes.toString()]])),
  );

for (const [title, change] of [
  ['edited', (path: string) => writeFile(path, 'changed since, and longer')],
  ['deleted', (path: string) => rm(path)],
] as const) {
  test(
    `a file that was ${title} on disk after it was chosen is queued with the bytes chosen`,
    { tag: '@O16' },
    async ({ page, site }, info) => {
      const path = info.outputPath('scan.txt');
      await writeFile(path, 'as chosen');
      await open(page, site);
      await page.evaluate(noteReads);
      await page.getByLabel('File').setInputFiles(path);
      await expect.poll(() => page.evaluate(() => (window as { reads?: number }).reads)).toBe(1);
      await change(path);
      await queue(page, site);
      await site.start();
      await check(page);
      await site.whenEffects(1);
      expect(sentFiles(site)).toEqual([[['scan.txt', 'as chosen']]]);
    },
  );
}

/** Runs in the page: counts the files that were read to their end. */
function noteReads(): void {
  const { arrayBuffer } = File.prototype;
  Object.assign(window, { reads: 0 });
  File.prototype.arrayBuffer = async function (this: File) {
    const bytes = await arrayBuffer.call(this);
    (window as { reads?: number }).reads! += 1;
    return bytes;
  };
}

/** Runs in the page: what a large body's upload tells of its progress. */
function noteProgress(): void {
  const told: number[] = [];
  Object.assign(window, { told });
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (this: XMLHttpRequest, body) {
    this.upload.addEventListener('progress', ({ loaded }) => told.push(loaded));
    send.call(this, body);
  };
}

test(
  'a submission with 20 MB waits and arrives once, byte for byte',
  { tag: '@O16' },
  async ({ page, site }, info) => {
    const buffer = Buffer.alloc(20_000_000, 'abcdefg');
    // From disk, as a person's is: handed over by the test's own protocol it takes longer than everything else.
    const path = info.outputPath('big.mp4');
    await writeFile(path, buffer);
    await page.addInitScript(noteProgress);
    await open(page, site);
    await page.getByLabel('File').setInputFiles(path);
    await queue(page, site);
    await site.start();
    await check(page);
    await site.whenEffects(1);
    await page.waitForSelector(formIs('sent'));
    expect(site.posts).toHaveLength(1);
    const told = await page.evaluate(() => (window as { told?: number[] }).told!);
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    const [file] = site.effects[0]!.fields.flatMap(([, value]) => (typeof value === 'string' ? [] : [value]));
    expect(file?.bytes.equals(buffer)).toBe(true);
    expect(file?.type).toBe('video/mp4');
  },
);

test(
  'what is too large for the outbox is said with its size and the room there is, and the form keeps its files',
  { tag: ['@O15', '@O16'] },
  async ({ page, site }) => {
    await open(page, site, { maxBytes: 1_000_000 });
    const buffer = Buffer.alloc(1_500_000);
    await page.getByLabel('File').setInputFiles({ name: 'big.bin', mimeType: 'video/mp4', buffer });
    await page.getByLabel('title').fill('Plans');
    await lose(page, site);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('This is NOT saved.').first()).toBeVisible();
    await expect(page.getByText('It has 1.5 MB, and there is room for 1 MB.').first()).toBeVisible();
    expect(await entriesOf(page)).toEqual([]);
    expect(await page.getByLabel('File').evaluate((input: HTMLInputElement) => input.files?.[0]?.size)).toBe(
      1_500_000,
    );
    await site.start();
    await check(page);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForURL('**/done/');
    expect(site.effects).toHaveLength(1);
  },
);

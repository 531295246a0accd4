import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { TestInfo } from '@playwright/test';
import { click, expectNothingWaits, fillPlain, openAdd, queue } from './admin-book.js';
import { expect, MODES, test } from './admin-test.js';
import { countOf, signIn, untilState, type World } from './admin-world.js';

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Of the bytes that Django has on its disk. */
async function coverOf(world: World, title: string): Promise<string> {
  const script = [
    'import hashlib',
    'from shop.models import Book',
    `print(hashlib.sha256(Book.objects.get(title=${JSON.stringify(title)}).cover.read()).hexdigest())`,
  ];
  return (await world.python(['shell', '-c', script.join('; ')])).trim();
}

async function coverFile(testInfo: TestInfo, size: number): Promise<{ file: string; bytes: Buffer }> {
  const file = testInfo.outputPath('Umschlag 1 – “neu”.png');
  const bytes = randomBytes(size);
  await writeFile(file, bytes);
  return { file, bytes };
}

for (const mode of MODES) {
  test.describe(mode, () => {
    test.use({ mode });
    test.beforeEach(({ page, world }) => signIn(page, world));

    test('a cover sent in a healthy save is the file', { tag: '@O05' }, async ({ page, world }, testInfo) => {
      const { file, bytes } = await coverFile(testInfo, 70_000);
      await openAdd(page, world);
      await fillPlain(page, 'Healthy cover');
      await page.locator('#id_cover').setInputFiles(file);
      await click(page);
      await page.waitForURL('**/admin/shop/book/');
      expect(await coverOf(world, 'Healthy cover')).toBe(digest(bytes));
      expect(await countOf(world, 'Healthy cover')).toMatchObject({ books: 1, logged: 1 });
      await expectNothingWaits(page);
    });

    test(
      'a cover queued in an outage is the file as chosen, also when it is edited on disk meanwhile',
      { tag: '@O16' },
      async ({ page, world }, testInfo) => {
        const { file, bytes } = await coverFile(testInfo, 3_000_000);
        await openAdd(page, world);
        await fillPlain(page, 'Waiting cover');
        await page.locator('#id_cover').setInputFiles(file);
        await queue(page, () => world.fault('refuse'));
        await writeFile(file, randomBytes(1000));
        await world.fault('none');
        await untilState(page, 'sent');
        expect(await coverOf(world, 'Waiting cover')).toBe(digest(bytes));
        expect(await countOf(world, 'Waiting cover')).toMatchObject({ books: 1, logged: 1 });
        await expectNothingWaits(page);
      },
    );
  });
}

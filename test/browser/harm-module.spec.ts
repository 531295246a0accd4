import { execFile } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { htmlPage } from '../support/answers.js';
import { expect, test, watchErrors, type Site } from '../support/fixtures.js';
import { esmHead, formMarkup, scriptTag } from '../support/markup.js';

const dist = process.env['RESILIENT_DIST'] ?? fileURLToPath(new URL('../../dist', import.meta.url));

/** A page that does nothing by itself; `start` is there for the test to call. */
async function open(page: Page, site: Site, head = '') {
  const module = `<script type="module">import * as sdk from 'resilient-forms'; window.sdk = sdk; window.start = sdk.start;</script>`;
  site.page(
    '/',
    htmlPage({ head: esmHead() + head + module, body: formMarkup({ action: '/to/', fields: ['title'] }) }),
  );
  await page.goto('/');
  await page.waitForFunction('window.start !== undefined');
}

const exported = ['OutboxFullError', 'StorageError', 'SubmissionQueuedError', 'start'];

const state = (name: string) => `form[data-resilient-state="${name}"]`;

test('importing the module does nothing, in a page', { tag: '@H08' }, async ({ page, site }) => {
  await open(page, site);
  expect(await page.evaluate('Object.keys(sdk).sort()')).toEqual(exported);
  expect(await page.locator('resilient-ui, [data-resilient-state]').count()).toBe(0);
  expect(site.probes).toHaveLength(0);
  expect(await page.evaluate('indexedDB.databases()')).toEqual([]);
});

test('importing the module does nothing, on a server', async () => {
  const script = `
    const before = Object.getOwnPropertyNames(globalThis).sort().join();
    const sdk = await import(process.argv[1]);
    const after = Object.getOwnPropertyNames(globalThis).sort().join();
    console.log(JSON.stringify([Object.keys(sdk).sort(), before === after]));`;
  const options = { cwd: fileURLToPath(new URL('../../', import.meta.url)) };
  const { stdout } = await promisify(execFile)(
    'node',
    ['--input-type=module', '-e', script, await importable()],
    options,
  );
  expect(JSON.parse(stdout)).toEqual([exported, true]);
});

/** Its bare imports are looked up from where the file lies. */
async function importable(): Promise<string> {
  return pathToFileURL(`${dist}/index.js`).href;
}

test('the script tag’s global has start and the instance it started', async ({ page, site }) => {
  site.page('/', htmlPage({ head: scriptTag() }));
  await page.goto('/');
  expect(await page.evaluate('Object.keys(ResilientForms).sort()')).toEqual(['instance', 'start']);
  const members = 'Object.keys(ResilientForms.instance).sort()';
  expect(await page.evaluate(members)).toEqual([
    'connection',
    'drafts',
    'enhance',
    'hooks',
    'on',
    'outbox',
    'purge',
    'status',
    'stop',
    'submit',
  ]);
  expect(await page.evaluate('ResilientForms.start() === ResilientForms.instance')).toBe(true);
});

test('start() from a module looks after the forms; twice, and beside a script tag, it is one instance', async ({
  page,
  site,
}) => {
  await open(page, site, scriptTag());
  const same = 'const first = start(); [first === start({ owner: "x" }), first === ResilientForms.instance]';
  expect(await page.evaluate(same)).toEqual([true, true]);
  await page.locator(state('idle')).waitFor();
  await expect.poll(() => site.probes.length).toBe(1);
  expect(await page.locator('resilient-ui').count()).toBe(1);
});

test(
  'start() throws a TypeError that names option, value and expectation, and leaves the page alone',
  { tag: '@H05' },
  async ({ page, site }) => {
    await open(page, site);
    const messages = await page.evaluate<string[]>(`
    [{ health: 5 }, { retries: 1 }, { drafts: { mode: 'sometimes' } }, { signal: 'x' }, 'all', { breaker: { threshold: 0 } }]
      .map((options) => { try { start(options); return 'started'; } catch (error) { return error.name + ' ' + error.message; } })`);
    expect(messages).toEqual([
      'TypeError resilient-forms: option "health" is 5; expected a URL of this site',
      expect.stringMatching(
        /^TypeError resilient-forms: option "retries" is 1; expected one of the known options: owner, /,
      ),
      'TypeError resilient-forms: option "drafts.mode" is "sometimes"; expected "auto" or "ask" or "off"',
      'TypeError resilient-forms: option "signal" is "x"; expected an AbortSignal',
      'TypeError resilient-forms: the options are "all"; expected an object',
      'TypeError resilient-forms: option "breaker.threshold" is 0; expected a number greater than 0',
    ]);
    expect(await page.locator('resilient-ui, [data-resilient-state]').count()).toBe(0);
    await page.locator('form button').click();
    await page.waitForURL('**/done/');
    expect(site.posts.map(({ key }) => key)).toEqual(['']);
  },
);

for (const how of ['stop()', 'the signal']) {
  test(`${how} leaves nothing behind, and start() again works`, { tag: '@H08' }, async ({ page, site }) => {
    const errors = await watchErrors(page);
    await open(page, site);
    await page.evaluate(`
      window.controller = new AbortController();
      window.first = start({ signal: controller.signal });`);
    await page.locator(state('idle')).waitFor();
    await page.getByLabel('title').fill('kept');
    await page.locator(state('draft')).waitFor();
    await page.evaluate(how === 'stop()' ? 'first.stop()' : 'controller.abort()');
    expect(await page.locator('resilient-ui, [data-resilient-state]').count()).toBe(0);
    expect(
      await page.evaluate('navigator.locks.query().then(({ held, pending }) => held.concat(pending))'),
    ).toEqual([]);

    // Its listeners are deaf: what is typed and sent now is the browser's alone.
    site.on('POST', '/to/', () => ({ status: 204 }));
    await page.getByLabel('title').fill('alone');
    await page.locator('form button').click();
    await site.whenPosts(1);
    expect(site.posts[0]!.body.toString()).toBe('title=alone');
    expect(await page.locator('[data-resilient-state]').count()).toBe(0);
    const probes = site.probes.length;

    expect(await page.evaluate('(window.second = start()) === first')).toBe(false);
    await page.locator('form[data-resilient-state]').waitFor();
    await site.whenProbes(probes + 1);
    await page.getByLabel('title').fill('again');
    await page.locator('form button').click();
    await site.whenPosts(2);
    expect(site.posts[1]!.key).not.toBe('');
    expect(errors.console).toEqual([]);
  });
}

test('a form that the selector does not name is looked after when it is given to enhance()', async ({
  page,
  site,
}) => {
  await open(page, site);
  await page.evaluate(`
    document.querySelector('form').removeAttribute('data-resilient');
    window.instance = start({ forms: '' });
    window.enhanced = instance.enhance(document.querySelector('form'), { drafts: 'off' });`);
  await page.locator(state('idle')).waitFor();
  expect(await page.evaluate('enhanced.state')).toBe('idle');
  await page.locator('form button').click();
  await page.waitForURL('**/done/');
  expect(site.posts[0]!.key).not.toBe('');
  await page.goBack();
});

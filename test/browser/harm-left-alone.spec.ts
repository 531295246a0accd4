import type { Page } from '@playwright/test';
import { htmlPage } from '../support/answers.js';
import { expect, storageDump, test, type Site } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';

/** Counts `formdata` events, and tells whether the default of a submit was prevented. */
const witness = `<script>
  window.bodies = 0;
  addEventListener('formdata', () => (window.bodies += 1), true);
  addEventListener('submit', (event) => setTimeout(() => (window.prevented = event.defaultPrevented)));
</script>`;

async function open(page: Page, site: Site, markup: string, script = scriptTag()) {
  site.page('/page/', htmlPage({ head: script + witness, body: markup }));
  await page.goto('/page/');
  if (script === '') return;
  await page.waitForFunction("ResilientForms.instance?.status.state === 'online'");
}

const inside = '<input name="a" value="typed-1"><button>Send</button>';

interface Case {
  title: string;
  markup: string;
  method?: string;
  submits?: string;
}

const leftAlone: Case[] = [
  { title: 'GET', markup: `<form data-resilient action="/to/">${inside}</form>`, method: 'GET' },
  {
    title: 'a submitter that makes it GET',
    markup: `<form data-resilient method="post" action="/to/"><input name="a"><button formmethod="get">Send</button></form>`,
    method: 'GET',
  },
  {
    title: 'a foreign target',
    markup: `<form data-resilient method="post" action="/to/" target="frame">${inside}</form><iframe name="frame"></iframe>`,
  },
  {
    title: 'a new window',
    markup: `<form data-resilient method="post" action="/to/" target="_blank">${inside}</form>`,
  },
  {
    title: 'form.submit() of the page',
    markup: `<form data-resilient method="post" action="/to/">${inside}</form>`,
    submits: "document.querySelector('form').submit()",
  },
  { title: 'no attribute', markup: `<form method="post" action="/to/">${inside}</form>` },
  {
    title: 'an encoding of its own',
    markup: `<form data-resilient method="post" action="/to/" accept-charset="windows-1252">${inside}</form>`,
  },
];

for (const { title, markup, method = 'POST', submits } of leftAlone) {
  test(`left alone: ${title}`, { tag: '@H03' }, async ({ page, site }) => {
    site.on('POST', '/to/', () => ({ status: 204 }));
    site.on('GET', '/to/', () => ({ status: 204 }));
    const sent = () => site.requests.filter(({ path }) => path === '/to/');
    const submit = async (script: string) => {
      const before = sent().length;
      await open(page, site, markup, script);
      await (submits ? page.evaluate(submits) : page.locator('form button').click());
      await site.whenRequest((request) => sent().indexOf(request) === before);
      return page.evaluate('[bodies, window.prevented]');
    };
    const expected = await submit('');
    expect(await submit(scriptTag())).toEqual(expected);
    expect(sent().map((request) => request.method)).toEqual([method, method]);
    expect(site.posts.map(({ key }) => key).join('')).toBe('');
    expect(new Set(site.posts.map(({ body }) => body.toString())).size).toBeLessThan(2);
    expect(await page.evaluate('ResilientForms.instance.outbox.list()')).toEqual([]);
  });
}

test('left alone: another origin', { tag: '@H03' }, async ({ page, site }) => {
  const elsewhere = site.origin.replace('127.0.0.1', 'localhost');
  await open(page, site, `<form data-resilient method="post" action="${elsewhere}/to/">${inside}</form>`);
  const [request] = await Promise.all([
    page.waitForRequest(`${elsewhere}/to/`),
    page.locator('form button').click(),
  ]);
  expect(request.postData()).toBe('a=typed-1');
  expect(request.isNavigationRequest()).toBe(true);
});

test('left alone: a dialog', { tag: '@H03' }, async ({ page, site }) => {
  await open(
    page,
    site,
    `<dialog open><form data-resilient method="dialog"><input name="a" value="typed-1"><button value="ok">Send</button></form></dialog>`,
  );
  await page.locator('form button').click();
  await expect(page.locator('dialog')).not.toBeVisible();
  await page.waitForFunction("'prevented' in window");
  expect(await page.evaluate("[document.querySelector('dialog').returnValue, prevented, bodies]")).toEqual([
    'ok',
    false,
    0,
  ]);
  expect(await storageDump(page)).not.toContain('typed-1');
});

for (const where of ['form', 'document', 'window']) {
  const target = where === 'form' ? "document.querySelector('form')" : where;

  test(
    `the page’s listeners on ${where} run as often as without the script`,
    { tag: '@H02' },
    async ({ page, site }) => {
      site.on('POST', '/to/', () => ({ status: 204 }));
      const submit = async (script: string) => {
        const before = site.posts.length;
        await open(page, site, `<form data-resilient method="post" action="/to/">${inside}</form>`, script);
        await page.evaluate(`
        window.events = [];
        ${target}.addEventListener('submit', () => events.push('submit'));
        ${target}.addEventListener('formdata', (event) => {
          events.push('formdata');
          event.formData.append('editor', '<b>');
          event.stopPropagation();
        });`);
        await page.locator('form button').click();
        await site.whenPosts(before + 1);
        return page.evaluate<string[]>('events');
      };
      const expected = await submit('');
      expect(expected.filter((event) => event === 'submit')).toHaveLength(1);
      expect(await submit(scriptTag())).toEqual(expected);
      expect(site.posts).toHaveLength(2);
      expect(site.posts[1]!.key).not.toBe('');
      expect(site.posts[1]!.fields).toEqual([
        ...site.posts[0]!.fields,
        ['idempotency_key', site.posts[1]!.key],
      ]);
    },
  );

  test(
    `a listener on ${where} that prevents the default wins, added late too`,
    { tag: '@H02' },
    async ({ page, site }) => {
      await open(page, site, `<form data-resilient method="post" action="/to/">${inside}</form>`);
      await page.evaluate(`
      window.seen = [];
      ${target}.addEventListener('submit', (event) => {
        seen.push(event.defaultPrevented);
        event.preventDefault();
      });`);
      await page.locator('form button').click();
      await page.locator('form button').click();
      expect(await page.evaluate('seen')).toEqual([false, false]);
      expect(await page.evaluate('bodies')).toBe(0);
      expect(await page.evaluate('ResilientForms.instance.outbox.list()')).toEqual([]);
      expect(await page.locator('form').getAttribute('data-resilient-state')).toBe('idle');
      expect(site.posts).toHaveLength(0);
    },
  );
}

import { htmlPage, text } from '../support/answers.js';
import { expect, test, watchErrors } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';

const shadowing = [
  'action',
  'method',
  'id',
  'submit',
  'enctype',
  'elements',
  'attributes',
  'name',
  'target',
  'querySelector',
  'getAttribute',
  'isConnected',
  'dispatchEvent',
  'addEventListener',
  'closest',
  'contains',
  'parentNode',
  'ownerDocument',
];

for (const attribute of ['name', 'id']) {
  test(
    `controls with the ${attribute} of a form’s own properties are kept, restored and delivered like others`,
    { tag: ['@H04', '@D13'] },
    async ({ page, site }) => {
      const errors = await watchErrors(page);
      const controls = shadowing
        .map(
          (own) =>
            `<input ${attribute === 'name' ? `name="${own}"` : `id="${own}" name="n-${own}"`} class="c" value="">`,
        )
        .join('');
      site.page(
        '/list/',
        htmlPage({
          head: scriptTag(),
          body: `<form method="post" action="/to/" data-resilient>${controls}<button>Go</button></form>`,
        }),
      );
      // The form itself cannot be asked by a test either: its attribute is looked for by selector.
      const state = (name: string) =>
        page.waitForFunction(`document.querySelector('form[data-resilient-state="${name}"]')`);
      const fill = () =>
        page.evaluate(`for (const [index, control] of document.querySelectorAll('.c').entries()) {
        control.value = 'v' + index;
        control.dispatchEvent(new Event('input', { bubbles: true }));
      }`);
      await page.goto('/list/');
      await page.waitForFunction("ResilientForms.instance?.status.state === 'online'");
      await state('idle');
      await fill();
      await state('draft');
      await page.reload();
      await state('draft');
      const values = "[...document.querySelectorAll('.c')].map(({ value }) => value)";
      await expect.poll(() => page.evaluate(values)).toEqual(shadowing.map((_, index) => `v${index}`));

      await site.stop();
      await page.evaluate('ResilientForms.instance.connection.check()');
      await page.evaluate("document.querySelector('button').focus()");
      await page.keyboard.press('Enter');
      await state('queued');
      await site.start();
      await page.evaluate('ResilientForms.instance.connection.check()');
      await site.whenEffects(1);
      const prefix = attribute === 'name' ? '' : 'n-';
      expect(site.effects[0]!.fields).toEqual(shadowing.map((own, index) => [prefix + own, `v${index}`]));
      expect(site.effects[0]!.path).toBe('/to/');
      expect(errors.console.filter((line) => !/ERR_CONNECTION_REFUSED/.test(line))).toEqual([]);
    },
  );
}

test(
  'a form without a name on any control is told of once, by its title, and submits',
  { tag: '@H05' },
  async ({ page, site }) => {
    const warnings: string[] = [];
    page.on('console', (message) => void (message.type() === 'warning' && warnings.push(message.text())));
    const form =
      '<form method="post" action="/to/" data-resilient aria-label="Nameless"><input id="t"><select><option>a</select><button>Go</button></form>';
    site.page('/', htmlPage({ head: scriptTag(), body: form }));
    await page.goto('/');
    await page.locator('form[data-resilient-state]').waitFor();
    expect(warnings).toEqual([
      'resilient-forms: no control of the form "Nameless" (/to/) has a name: nothing typed in it can be kept or sent',
    ]);
    await page.locator('#t').fill('Lamp');
    await page.locator('form button').click();
    await page.waitForURL('**/done/');
    expect(site.effects).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  },
);

const notFound = {
  text: text(404, 'not found'),
  HTML: { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>Not found</h1>' },
};

for (const [kind, answer] of Object.entries(notFound)) {
  test(
    `a health URL that is not there (${kind}) is told of in the console, and the form submits`,
    { tag: '@H05' },
    async ({ page, site }) => {
      const isOurs = (line: string) => /^resilient-forms: .*\/health\//.test(line);
      const warned = page.waitForEvent(
        'console',
        (message) => message.type() === 'warning' && isOurs(message.text()),
      );
      site.health = answer;
      site.form('/orders/', { fields: ['title'], head: scriptTag() });
      await page.goto('/orders/');
      await warned;
      await page.locator('form[data-resilient-state]').waitFor();
      expect(await page.evaluate('ResilientForms.instance.status.state')).toBe('unknown');
      await page.getByLabel('title').fill('Lamp');
      await page.locator('form button').click();
      await page.waitForURL('**/done/');
      expect(site.effects).toHaveLength(1);
      expect(site.posts).toHaveLength(1);
    },
  );
}

const garbage = {
  'JSON that is none': { status: 200, headers: { 'content-type': 'application/json' }, body: '{"status":' },
  'JSON without a status': { status: 200, headers: { 'content-type': 'application/json' }, body: '[1,2]' },
  bytes: {
    status: 200,
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from([0, 255, 254, 0]),
  },
};

for (const [what, answer] of Object.entries(garbage)) {
  test(
    `a health URL that has only ever answered ${what} keeps nobody from submitting`,
    { tag: '@H05' },
    async ({ page, site }) => {
      site.health = answer;
      site.form('/orders/', { fields: ['title'], head: scriptTag() });
      await page.goto('/orders/');
      await page.locator('form[data-resilient-state]').waitFor();
      await page.getByLabel('title').fill('Lamp');
      await page.locator('form button').click();
      await page.waitForURL('**/done/');
      expect(site.effects).toHaveLength(1);
      expect(site.posts).toHaveLength(1);
    },
  );

  test(
    `while a health URL that worked answers ${what} a submission is kept and said to be, then sent once`,
    { tag: '@H05' },
    async ({ page, site }) => {
      site.form('/orders/', { fields: ['title'], head: scriptTag() });
      await page.goto('/orders/');
      await page.waitForFunction("ResilientForms.instance?.status.state === 'online'");
      site.health = answer;
      await page.evaluate('ResilientForms.instance.connection.check()');
      await page.waitForFunction("ResilientForms.instance?.status.state === 'intercepted'");
      await page.locator('form[data-resilient-state]').waitFor();
      await page.getByLabel('title').fill('Lamp');
      await page.locator('form button').click();
      await page.locator('form[data-resilient-state=queued]').waitFor();
      await expect(page.getByLabel('title')).toHaveValue('Lamp');
      await expect(page.locator('resilient-ui .toasts > *').first()).toBeVisible();
      expect(site.posts).toHaveLength(0);
      site.health = 'pass';
      await page.evaluate('ResilientForms.instance.connection.check()');
      await site.whenEffects(1);
      expect(site.posts).toHaveLength(1);
    },
  );
}

test(
  'a storage that will not open is said, and the form submits',
  { tag: ['@H05', '@D07'] },
  async ({ page, site }) => {
    await page.addInitScript(
      "IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); }",
    );
    site.form('/orders/', { fields: ['title'], head: scriptTag() });
    await page.goto('/orders/');
    await page.locator('form[data-resilient-state]').waitFor();
    await page.getByLabel('title').fill('Lamp');
    await expect(page.locator('resilient-ui .toasts > *').first()).toBeVisible();
    await page.locator('form button').click();
    await page.waitForURL('**/done/');
    expect(site.effects).toHaveLength(1);
  },
);

import { csrfFailure, json } from '../support/answers.js';
import { expect, storageDump, test } from '../support/fixtures.js';
import { lose, openApp, order, submit } from '../support/app.js';
import { check, entriesOf } from '../support/outbox.js';

test(
  'secrets of this moment go with each attempt and are stored nowhere; a token of before is renewed',
  { tag: ['@O20', '@O09'] },
  async ({ page, site }) => {
    await openApp(page, site, '{ headers: () => ({ authorization: `Bearer ${window.token}` }) }');
    await page.evaluate(`window.token = 'first-token'; document.cookie = 'csrftoken=first-csrf'`);
    site.on('POST', '/api/orders/', ({ headers }) =>
      headers['x-csrftoken'] === 'second-csrf' ? json({}) : csrfFailure(),
    );
    await lose(page, site);
    await submit(page, '/api/notes/', { ...order('x'), headers: { 'x-client': 'app 1' } });
    const fields = `const form = new FormData(); form.append('csrfmiddlewaretoken', 'first-csrf'); form.append('title', 'y');
      return ResilientForms.instance.submit('/api/form/', { body: form }).then(told)`;
    await page.evaluate(`(async () => { ${fields} })()`);
    expect(await entriesOf(page)).toHaveLength(2);
    const dump = await storageDump(page);
    expect(dump).toContain('app 1');
    expect(dump.replace('csrftoken=first-csrf', '')).not.toMatch(/first-/);
    await page.evaluate(`window.token = 'second-token'; document.cookie = 'csrftoken=second-csrf'`);
    await site.start();
    await check(page);
    await site.whenEffects(2);
    const [note, form] = ['/api/notes/', '/api/form/'].map((path) =>
      site.posts.find((post) => post.path === path)!,
    );
    expect(note!.headers).toMatchObject({
      authorization: 'Bearer second-token',
      'x-csrftoken': 'second-csrf',
      'x-client': 'app 1',
    });
    expect(form!.fields).toEqual([
      ['csrfmiddlewaretoken', 'second-csrf'],
      ['title', 'y'],
    ]);
  },
);

test(
  'without storage it is sent all the same, and with no server the caller is told that it is not kept',
  { tag: ['@O20', '@H05'] },
  async ({ page, site }) => {
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('blocked', 'SecurityError');
      };
    });
    await openApp(page, site);
    expect(await submit(page, '/api/orders/', order('one'))).toMatchObject({ state: 'sent', status: 201 });
    await lose(page, site);
    expect(await submit(page, '/api/orders/', order('two'))).toMatchObject({ state: 'StorageError' });
    expect(site.effects).toHaveLength(1);
  },
);

test('misuse throws a TypeError that says what was expected', { tag: '@O20' }, async ({ page, site }) => {
  await openApp(page, site);
  const misuses: [url: string, options: string, message: RegExp][] = [
    [
      'https://other.example/',
      '{ json: 1 }',
      /"submit.url" is "https:\/\/other.example\/"; expected a URL of this site/,
    ],
    ['/api/', '{}', /no body that can be stored; expected json, or a body/],
    ['/api/', '{ json: 1, body: "x" }', /json and body/],
    ['/api/', '{ body: { title: "x" } }', /no body that can be stored/],
    ['/api/', '{ json: 1, lanes: "x" }', /"submit.lanes" is "x"; expected one of the known options/],
    [
      '/api/',
      '{ json: 1, headers: { Authorization: "Bearer x" } }',
      /the header "authorization"; .*the option "headers"/,
    ],
    ['/api/', '{ json: 1, headers: { "X-CSRFToken": "x" } }', /the header "x-csrftoken"/],
    ['/api/', '{ json: { user: { password: "x" } } }', /a body with "password"; .*send it with fetch/],
  ];
  for (const [url, options, message] of misuses) {
    const told = `ResilientForms.instance.submit('${url}', ${options}).catch((error) => error.name + ' ' + error.message)`;
    expect(await page.evaluate(told)).toMatch(new RegExp(`^TypeError resilient-forms: .*${message.source}`));
  }
  expect(site.posts).toEqual([]);
});

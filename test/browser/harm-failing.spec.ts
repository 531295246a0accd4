import { htmlPage } from '../support/answers.js';
import { expect, test, watchErrors } from '../support/fixtures.js';
import { scriptTag } from '../support/markup.js';

/* Whatever fails inside, the form submits as if nobody looked after it: one POST, and the page that answers it. */

interface Failing {
  title: string;
  /** Runs before every script of the page. */
  breaks?: string;
  options?: Record<string, string>;
  head?: string;
  /** In the console; `undefined` for nothing expected there. */
  says?: RegExp;
}

const cases: Failing[] = [
  {
    title: 'there is no IndexedDB',
    breaks: "Object.defineProperty(window, 'indexedDB', { value: undefined })",
  },
  {
    title: 'IndexedDB may not be used',
    breaks: "IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); }",
  },
  {
    title: 'another tab holds an older database',
    breaks: `IDBFactory.prototype.open = () => {
      const request = new EventTarget();
      queueMicrotask(() => request.dispatchEvent(new Event('blocked')));
      return request;
    };`,
  },
  { title: 'the database never answers', breaks: 'IDBFactory.prototype.open = () => new EventTarget();' },
  {
    title: 'every transaction fails',
    breaks: "IDBDatabase.prototype.transaction = () => { throw new DOMException('', 'UnknownError'); };",
  },
  { title: 'there are no Web Locks', breaks: 'delete Navigator.prototype.locks;' },
  { title: 'a lock is never given', breaks: 'LockManager.prototype.request = () => new Promise(() => {});' },
  {
    title: 'the locks may not be used',
    breaks: "LockManager.prototype.request = () => Promise.reject(new DOMException('', 'SecurityError'));",
  },
  { title: 'there is no BroadcastChannel', breaks: 'delete window.BroadcastChannel;' },
  {
    title: 'there is no sessionStorage',
    breaks:
      "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('', 'SecurityError'); } });",
  },
  {
    title: 'the body cannot be captured',
    breaks: 'window.FormData = class { constructor() { throw new RangeError("broken inside"); } };',
    says: /broken inside/,
  },
  {
    title: 'no id can be made',
    breaks:
      'Crypto.prototype.randomUUID = Crypto.prototype.getRandomValues = () => { throw new RangeError("broken inside"); };',
    says: /broken inside/,
  },
  {
    title: 'a listener for an event of ours throws',
    breaks: `for (const name of ['status', 'submission:attempt', 'draft:saved'])
      document.addEventListener('resilient:' + name, () => { throw new RangeError('broken listener'); });`,
  },
  {
    title: 'an option is not known',
    head: '<script type="application/json" id="resilient-forms-config">{"retry": {"limits": 3}}</script>',
    says: /^TypeError: resilient-forms: option "retry\.limits" is 3; expected one of the known options: limit, delay/,
  },
  {
    title: 'a value of the JSON block is of the wrong kind',
    head: '<script type="application/json" id="resilient-forms-config">{"drafts": {"delay": "soon"}}</script>',
    says: /^TypeError: resilient-forms: option "drafts\.delay" is "soon"; expected a number of 0 or more/,
  },
  {
    title: 'the JSON block is not JSON',
    head: '<script type="application/json" id="resilient-forms-config">{owner: 1}</script>',
    says: /^TypeError: resilient-forms: #resilient-forms-config is not JSON/,
  },
  {
    title: 'the JSON block is no object',
    head: '<script type="application/json" id="resilient-forms-config">null</script>',
    says: /^TypeError: resilient-forms: the options are null; expected an object/,
  },
  {
    title: 'an attribute has a value that is none of its own',
    options: { delivery: 'pigeon' },
    says: /^TypeError: resilient-forms: option "delivery" is "pigeon"; expected "native" or "fetch"/,
  },
  {
    title: 'an attribute is not known',
    options: { helth: '/health/' },
    says: /^TypeError: resilient-forms: unknown attribute data-helth on the script tag; expected one of data-health, /,
  },
  {
    title: 'the selector of the forms is none',
    options: { forms: 'form[' },
    says: /^TypeError: resilient-forms: option "forms" is "form\["; expected a CSS selector/,
  },
  {
    title: 'the health URL is of another site',
    options: { health: 'https://other.example/health/' },
    says: /^TypeError: resilient-forms: option "health" is "https:\/\/other\.example\/health\/"; expected a URL of this site/,
  },
  {
    title: 'the health URL cannot be parsed',
    options: { health: 'http://[' },
    says: /^TypeError: resilient-forms: option "health" is "http:\/\/\["; expected a URL of this site/,
  },
];

for (const { title, breaks, options, head = '', says } of cases) {
  test(`the form submits by itself when ${title}`, { tag: '@H05' }, async ({ page, site }) => {
    const errors = await watchErrors(page);
    if (breaks) await page.addInitScript(breaks);
    site.form('/orders/', { fields: ['title'], head: head + scriptTag(options) });
    await page.goto('/orders/');
    // Whether it got as far as that, or stands still before it.
    if (!says) await page.locator('form[data-resilient-state]').waitFor();
    await page.getByLabel('title').fill('Lamp');
    await page.locator('form button').click();
    await page.waitForURL('**/done/');
    await expect(page.locator('#flash')).toHaveText('Saved.');
    expect(site.effects.map(({ fields }) => fields)).toEqual([[['title', 'Lamp']]]);
    expect(site.posts).toHaveLength(1);
    if (says)
      expect(
        errors.console.find((line) => says.test(line)),
        errors.console.join('\n'),
      ).toBeDefined();
    else expect(errors.console.filter((line) => !/broken listener/.test(line))).toEqual([]);
  });
}

test('the page works when the script itself does not come', { tag: '@H05' }, async ({ page, site }) => {
  site.fault({ status: 500 }, { path: '/dist/resilient-forms.min.js' });
  site.page(
    '/orders/',
    htmlPage({
      head: scriptTag(),
      body: '<form data-resilient method="post"><input name="a"><button>Send</button></form>',
    }),
  );
  await page.goto('/orders/');
  await page.locator('form button').click();
  await page.waitForURL('**/done/');
  expect(site.effects).toHaveLength(1);
});

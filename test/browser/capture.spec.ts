import { htmlPage } from '../support/answers.js';
import { bundle } from '../support/bundle.js';
import { expect, test } from '../support/fixtures.js';

/* Where a submission goes, which bytes alone do not show; see fidelity.spec.ts on why this is tested below the surface. */

let layer: string;

test.beforeAll(async () => {
  layer = await bundle('layer', "export * from './forms/capture.js';");
});

interface Destination {
  url: string | null;
  method: string;
  enctype: string;
  target: string;
}

const urlencoded = 'application/x-www-form-urlencoded';
/** `/` stands for the site. */
const cases: [
  title: string,
  head: string,
  form: string,
  button: string | null,
  expected: Partial<Destination>,
][] = [
  ['nothing said', '', '', '', { url: '/page/?q=1', method: 'get', enctype: urlencoded, target: '' }],
  ['no submitter', '', 'method=post action=/a', null, { url: '/a', method: 'post' }],
  ['an action relative to the base', '<base href="/deep/er/">', 'action=../a', '', { url: '/deep/a' }],
  ['an empty action in spite of a base', '<base href="/deep/">', 'action=""', '', { url: '/page/?q=1' }],
  ['another origin', '', 'action="https://other.example/a"', '', { url: 'https://other.example/a' }],
  [
    'an address that cannot be parsed',
    '',
    'action="http://[" method=post',
    '',
    { url: null, method: 'post' },
  ],
  ['a formaction that cannot be parsed', '', 'action=/a', 'formaction="http://["', { url: null }],
  ['formaction', '', 'action=/a', 'formaction=b', { url: '/page/b' }],
  ['an empty formaction', '', 'action=/a', 'formaction=""', { url: '/page/?q=1' }],
  ['formmethod', '', 'method=get', 'formmethod=PoST', { method: 'post' }],
  ['an unknown formmethod', '', 'method=post', 'formmethod=put', { method: 'get' }],
  ['an empty formmethod', '', 'method=post', 'formmethod=""', { method: 'get' }],
  ['a dialog', '', 'method=dialog', '', { method: 'dialog' }],
  ['formmethod of a dialog', '', 'method=post', 'formmethod=dialog', { method: 'dialog' }],
  [
    'formenctype',
    '',
    'enctype=text/plain',
    'formenctype=MULTIPART/form-data',
    { enctype: 'multipart/form-data' },
  ],
  ['an unknown formenctype', '', 'enctype=text/plain', 'formenctype=x', { enctype: urlencoded }],
  ['a target', '', 'target=_blank', '', { target: '_blank' }],
  ['formtarget', '', 'target=_blank', 'formtarget=_self', { target: '_self' }],
  ['an empty formtarget', '', 'target=_blank', 'formtarget=""', { target: '' }],
  ['the target of the base', '<base href="/"><base target="_top">', '', '', { target: '_top' }],
  ['a target over that of the base', '<base target="_top">', 'target=_self', '', { target: '_self' }],
];

for (const [title, head, form, button, expected] of cases) {
  test(`the destination of a form: ${title}`, { tag: ['@H03', '@O06'] }, async ({ page, site }) => {
    site.on('GET', '/layer.js', () => ({
      status: 200,
      headers: { 'content-type': 'text/javascript' },
      body: layer,
    }));
    const markup = `<form id="f" ${form}><input name="action"><input name="target"><button id="b" ${button ?? ''}></button></form>`;
    // Each form holds controls with the names of what is read.
    site.page('/page/', htmlPage({ head: `<script src="/layer.js"></script>${head}`, body: markup }));
    await page.goto('/page/?q=1');
    const submitter = button === null ? 'null' : 'b';
    const captured = await page.evaluate<Destination>(
      `(({ url, method, enctype, target }) => ({ url, method, enctype, target }))(layer.captureSubmission(f, ${submitter}))`,
    );
    const url = expected.url?.startsWith('/') ? site.url(expected.url) : expected.url;
    expect(captured).toMatchObject({ ...expected, ...(url !== undefined && { url }) });
  });
}

test(
  'the browser agrees on empty and unknown keywords of a submitter',
  { tag: '@O06' },
  async ({ page, site }) => {
    for (const keyword of ['', 'put']) {
      site.page(
        '/',
        htmlPage({
          body: `<form method="post" action="/to/"><button formmethod="${keyword}">Send</button></form>`,
        }),
      );
      site.page('/to/', htmlPage({}));
      await page.goto('/');
      await page.getByRole('button').click();
      await page.waitForURL('**/to/?');
    }
    expect(site.posts).toHaveLength(0);
  },
);

test(
  'a submitter that is none of the form’s is refused, not sent',
  { tag: '@O06' },
  async ({ page, site }) => {
    site.on('GET', '/layer.js', () => ({
      status: 200,
      headers: { 'content-type': 'text/javascript' },
      body: layer,
    }));
    site.page(
      '/',
      htmlPage({
        head: '<script src="/layer.js"></script>',
        body: '<form id="f"></form><button id="b"></button><p id="p">',
      }),
    );
    await page.goto('/');
    const names = await page.evaluate<string[]>(
      `[b, p].map((submitter) => { try { layer.captureSubmission(f, submitter); return ''; } catch ({ name }) { return name; } })`,
    );
    expect(names).toEqual(['NotFoundError', 'TypeError']);
  },
);

test('a file that cannot be read is an error, not an empty file', { tag: '@O16' }, async ({ page, site }) => {
  site.on('GET', '/layer.js', () => ({
    status: 200,
    headers: { 'content-type': 'text/javascript' },
    body: layer,
  }));
  site.page('/', htmlPage({ head: '<script src="/layer.js"></script>' }));
  await page.goto('/');
  const outcome = await page.evaluate(`(async () => {
    const data = new FormData();
    data.append('f', new File(['x'], 'x'));
    const { arrayBuffer } = Blob.prototype;
    Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('', 'NotReadableError'));
    const reading = layer.storeFields(data).then(() => 'read', ({ name }) => name);
    Blob.prototype.arrayBuffer = arrayBuffer;
    return reading;
  })()`);
  expect(outcome).toBe('NotReadableError');
});

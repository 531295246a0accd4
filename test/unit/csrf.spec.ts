import { expect, test } from '@playwright/test';
import { blankTokens, createCsrf, csrfNames, isCsrfField, placeToken } from '../../src/outbox/csrf.js';
import type { CsrfDeps } from '../../src/outbox/csrf.js';

interface World {
  option?: CsrfDeps['option'];
  cookies?: Record<string, string>;
  metas?: Record<string, string>;
  fields?: Record<string, string>;
  /** Address to HTML; others cannot be fetched. */
  pages?: Record<string, string>;
}

function setUp({ option = 'auto', cookies = {}, metas = {}, fields = {}, pages = {} }: World) {
  const fetched: string[] = [];
  const read = (values: Record<string, string>) => (name: string) => values[name];
  const csrf = createCsrf({
    option,
    readCookie: read(cookies),
    readMeta: read(metas),
    readField: read(fields),
    fetchPage: async (url) => {
      fetched.push(url);
      const html = pages[url];
      if (html === undefined) throw new TypeError('Failed to fetch');
      return html;
    },
  });
  return { csrf, fetched };
}

const page = '/order/';
const input = (name: string, value: string): string =>
  `<form><input type=hidden name="${name}" value="${value}"></form>`;
const meta = (name: string, value: string): string => `<meta name="${name}" content="${value}">`;

const cases: [
  title: string,
  world: World,
  csrfField: string | undefined,
  fresh: boolean,
  expected: unknown,
][] = [
  [
    'Django: the cookie, in the field and the header',
    { cookies: { csrftoken: 'c' }, fields: { csrfmiddlewaretoken: 'old' } },
    'csrfmiddlewaretoken',
    false,
    { field: { name: 'csrfmiddlewaretoken', value: 'c' }, header: { name: 'X-CSRFToken', value: 'c' } },
  ],
  [
    'Django with a hidden cookie: the page of the form, not the older live page',
    { pages: { [page]: input('csrfmiddlewaretoken', 'p') }, fields: { csrfmiddlewaretoken: 'old' } },
    'csrfmiddlewaretoken',
    false,
    { field: { name: 'csrfmiddlewaretoken', value: 'p' }, header: { name: 'X-CSRFToken', value: 'p' } },
  ],
  [
    'Django, the page out of reach: the live page',
    { fields: { csrfmiddlewaretoken: 'live' } },
    'csrfmiddlewaretoken',
    false,
    { field: { name: 'csrfmiddlewaretoken', value: 'live' }, header: { name: 'X-CSRFToken', value: 'live' } },
  ],
  [
    'Django after a refusal: the page, whatever the cookie said',
    { cookies: { csrftoken: 'c' }, pages: { [page]: input('csrfmiddlewaretoken', 'p') } },
    'csrfmiddlewaretoken',
    true,
    { field: { name: 'csrfmiddlewaretoken', value: 'p' }, header: { name: 'X-CSRFToken', value: 'p' } },
  ],
  [
    'after a refusal, the page out of reach: nothing that was refused already',
    { cookies: { csrftoken: 'c' }, fields: { csrfmiddlewaretoken: 'live' } },
    'csrfmiddlewaretoken',
    true,
    undefined,
  ],
  [
    'after a refusal, a page without a token: the cookie it brought',
    { cookies: { csrftoken: 'c' }, pages: { [page]: '<p>moved</p>' } },
    'csrfmiddlewaretoken',
    true,
    { field: { name: 'csrfmiddlewaretoken', value: 'c' }, header: { name: 'X-CSRFToken', value: 'c' } },
  ],
  [
    'Laravel: the decoded cookie in its own header, the field stays empty',
    { cookies: { 'XSRF-TOKEN': 'ey%3D%3D' }, metas: { 'csrf-token': 'm' } },
    '_token',
    false,
    { header: { name: 'X-XSRF-TOKEN', value: 'ey==' } },
  ],
  [
    'Laravel without the cookie: the meta',
    { metas: { 'csrf-token': 'm' } },
    '_token',
    false,
    { field: { name: '_token', value: 'm' }, header: { name: 'X-CSRF-TOKEN', value: 'm' } },
  ],
  [
    'Rails: the meta, not the cookie of another framework',
    { cookies: { csrftoken: 'c', 'XSRF-TOKEN': 'x' }, metas: { 'csrf-token': 'm' } },
    'authenticity_token',
    false,
    { field: { name: 'authenticity_token', value: 'm' }, header: { name: 'X-CSRF-Token', value: 'm' } },
  ],
  [
    'Rails after a refusal: the meta of the page fetched',
    { metas: { 'csrf-token': 'old' }, pages: { [page]: meta('csrf-token', 'new+') } },
    'authenticity_token',
    true,
    { field: { name: 'authenticity_token', value: 'new+' }, header: { name: 'X-CSRF-Token', value: 'new+' } },
  ],
  [
    'Symfony: the field of the page',
    { pages: { [page]: input('order[_token]', 's') } },
    'order[_token]',
    false,
    { field: { name: 'order[_token]', value: 's' } },
  ],
  ['no token anywhere', {}, 'csrf_token', false, undefined],
  ['a form without a token on a site without one', {}, undefined, false, {}],
  [
    'an app’s own request: the header alone',
    { cookies: { csrftoken: 'c' } },
    undefined,
    false,
    { header: { name: 'X-CSRFToken', value: 'c' } },
  ],
  [
    'own names: cookie and header of the site, the field of the framework',
    { option: { cookie: 'mine', header: 'X-Mine' }, cookies: { mine: 'm', csrftoken: 'c' } },
    'csrfmiddlewaretoken',
    false,
    { field: { name: 'csrfmiddlewaretoken', value: 'm' }, header: { name: 'X-Mine', value: 'm' } },
  ],
  [
    'own address: fetched instead of the form’s page',
    { option: { field: 'tok', url: '/token/' }, pages: { '/token/': input('tok', 't') } },
    'tok',
    false,
    { field: { name: 'tok', value: 't' } },
  ],
  [
    'own settings, nothing found: the entry waits though its form had no field',
    { option: { cookie: 'mine', header: 'X-Mine' } },
    undefined,
    false,
    undefined,
  ],
  [
    'a malformed cookie is taken as it is',
    { cookies: { csrftoken: '%E0%' } },
    undefined,
    false,
    { header: { name: 'X-CSRFToken', value: '%E0%' } },
  ],
];

for (const [title, world, csrfField, fresh, expected] of cases) {
  test(`the token of this moment: ${title}`, { tag: '@O09' }, async () => {
    const { csrf } = setUp(world);
    expect(await csrf.token({ page, ...(csrfField !== undefined && { csrfField }) }, fresh)).toEqual(
      expected,
    );
  });
}

test('no page is fetched while a cookie, a meta or no need says enough', { tag: '@O09' }, async () => {
  const { csrf, fetched } = setUp({ cookies: { csrftoken: 'c' }, metas: { 'csrf-token': 'm' } });
  await csrf.token({ page, csrfField: 'csrfmiddlewaretoken' }, false);
  await csrf.token({ page, csrfField: 'authenticity_token' }, false);
  await csrf.token({ page }, false);
  expect(fetched).toEqual([]);
  await csrf.token({ page, csrfField: 'csrfmiddlewaretoken' }, true);
  expect(fetched).toEqual([page]);
});

test('a token is put in the place that it had, in each field of its name', { tag: '@O09' }, () => {
  const stored = blankTokens(
    [
      ['csrfmiddlewaretoken', 'old'],
      ['a', '1'],
      ['csrfmiddlewaretoken', 'old'],
    ],
    csrfNames('auto'),
  );
  expect(stored).toEqual({
    fields: [
      ['csrfmiddlewaretoken', ''],
      ['a', '1'],
      ['csrfmiddlewaretoken', ''],
    ],
    csrfField: 'csrfmiddlewaretoken',
  });
  expect(placeToken(stored.fields, 'csrfmiddlewaretoken', 'new')).toEqual([
    ['csrfmiddlewaretoken', 'new'],
    ['a', '1'],
    ['csrfmiddlewaretoken', 'new'],
  ]);
  expect(placeToken([['a', '1']], 'tok', 'x')).toEqual([
    ['a', '1'],
    ['tok', 'x'],
  ]);
});

test('names of token fields: the site’s own first, those of frameworks always', { tag: '@O09' }, () => {
  const names = csrfNames({ field: 'mine' });
  expect(names[0]).toBe('mine');
  expect(names).toEqual(
    expect.arrayContaining(['csrfmiddlewaretoken', 'authenticity_token', '_token', '_csrf']),
  );
  expect(csrfNames('auto')).not.toContain('mine');
  expect(['order[_token]', '_token', 'token', 'my_token_'].map((name) => isCsrfField(name, names))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(blankTokens([['a', '1']], names)).toEqual({ fields: [['a', '1']] });
});

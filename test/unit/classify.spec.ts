import { expect, test } from '@playwright/test';
import { classify, type Answer } from '../../src/outbox/classify.js';
import {
  acknowledged,
  answerOf,
  blank,
  busy,
  filled,
  form,
  held,
  landed,
  proven,
  search,
  signInPage,
  submittedUrl,
  unknown,
  context,
  type Case,
} from './classify-samples.js';

const cases: Case[] = [
  ['a plain page', '@O08', { html: '<h1>Thanks</h1>' }, acknowledged],
  ['204', '@O08', { status: 204, contentType: '' }, acknowledged],
  ['JSON', '@O08', { status: 201, contentType: 'application/json', html: '{"html":"<form>"}' }, acknowledged],
  ['a redirect within the site', '@O08', landed, proven],
  ['the proof', '@O08', { proof: true, html: filled }, proven],
  ['the proof with an error', '@O08', { proof: true, status: 500 }, proven],

  ['the form filled in, 200', '@O10', { html: filled }, held('rejected')],
  ['the form filled in, 422', '@O10', { status: 422, html: filled }, held('rejected')],
  ['the form blank, 422', '@O10', { status: 422, html: blank }, held('rejected')],
  ['the form filled in, 409', '@O10', { status: 409, html: filled }, held('rejected')],
  ['the form filled in, 403', '@O10', { status: 403, html: filled }, held('rejected')],
  [
    '422 of the idempotency key',
    '@O10',
    {
      status: 422,
      contentType: 'application/problem+json',
      html: '{"title":"Idempotency-Key is already used"}',
    },
    { class: 'held', reason: 'unknown', detail: 'key-spent' },
  ],
  [
    '400 of the idempotency key',
    '@O10',
    { status: 400, contentType: 'application/json', html: '{"error":"idempotency key malformed"}' },
    held('refused'),
  ],
  ['400 and 422 without a form', '@O10', { status: 422, contentType: 'application/json' }, held('rejected')],
  ['404', '@O10', { status: 404 }, held('refused')],
  ['403', '@O10', { status: 403, html: '<h1>Forbidden</h1>' }, held('refused')],
  ['413', '@O10', { status: 413 }, held('rejected')],
  ['a blank form among other things, 200', '@O10', { html: `<p>Thanks</p>${blank}` }, held('unknown')],
  [
    'a blank form with errors, 200',
    '@O10',
    { html: form({ extra: '<input name=x aria-invalid=true>' }) },
    held('rejected'),
  ],
  ['a blank form, nothing to compare, 200', '@O10', { html: blank }, held('rejected'), { values: [] }],
  ['a search form with the same names', '@O10', { html: search }, acknowledged],
  [
    'another form to the same address',
    '@O10',
    { html: form().replaceAll('name="', 'name="other-') },
    acknowledged,
  ],
  [
    'the same names to another address',
    '@O10',
    { html: form({ attributes: 'method=post action=/other/' }) },
    acknowledged,
  ],
  [
    'the same names to another address under the name of the form',
    '@O10',
    { html: filled.replace('method="post"', 'method=post action=/other/ data-resilient=order') },
    held('rejected'),
    { formName: 'order' },
  ],
  [
    'the form that its button sends elsewhere',
    '@O10',
    {
      html: filled
        .replace('method="post"', 'action=/x/')
        .replace('<button', '<button formaction="/orders/new/"'),
    },
    held('rejected'),
  ],
  [
    'a button of its own come back with nothing to correct',
    '@O10',
    { html: '<form method=post><input type=hidden name=id value=1><button name=like>Like</button></form>' },
    acknowledged,
    { fieldNames: ['id', 'like'] },
  ],
  ['a redirect to a page with the form', '@O10', { ...landed, url: submittedUrl, html: filled }, proven],
  [
    'a redirect to the form with errors marked',
    '@O10',
    {
      ...landed,
      url: submittedUrl,
      html: filled.replace('name="title"', 'name="title" aria-invalid="true"'),
    },
    held('rejected'),
  ],
  [
    'the form half read',
    '@O08',
    { html: '<form method=post><input name="title" value="Chair"><inp', cut: true },
    held('rejected'),
  ],
  ['2xx with a body cut before anything', '@O08', { html: '', cut: true }, acknowledged],
  ['a redirect with a body cut', '@O08', { ...landed, html: '<html><he', cut: true }, proven],

  ['500, whatever it shows', '@O10', { status: 500, html: filled }, busy],
  ['503 with a time', '@C09', { status: 503, retryAt: 99 }, { class: 'busy', retryAt: 99 }],
  ['429 with a time', '@C09', { status: 429, retryAt: 7 }, { class: 'busy', retryAt: 7 }],
  ['409 while the first is running', '@O10', { status: 409, contentType: 'application/json' }, busy],
  ['408', '@O10', { status: 408 }, busy],
  ['425', '@O10', { status: 425 }, busy],
  ['a page with a password, 503', '@O07', { status: 503, html: signInPage }, busy],

  ['a redirect, then 500', '@O10', { ...landed, status: 500 }, unknown],
  ['a redirect, then 404', '@O10', { ...landed, status: 404 }, held('unknown')],
  ['a redirect to another site', '@O11', { redirected: true, url: 'https://pay.example/' }, held('unknown')],
  ['a redirect that leads nowhere', '@O08', { status: 303 }, held('unknown')],
  ['no status', '@O08', { status: 0, url: '' }, unknown],
  ['a status that does not exist', '@O08', { status: 799 }, unknown],
  ['an address that is none', '@O08', { redirected: true, url: 'http://[', html: '<a' }, held('unknown')],
  [
    'a type that is none',
    '@O08',
    { contentType: ';;;', html: '<form><input type=password>' },
    held('sign-in'),
  ],
  ['markup without a type', '@O08', { contentType: '', html: ` ${filled}` }, held('rejected')],
];

for (const [title, tag, given, expected, over] of cases) {
  test(`an answer to a replay: ${title}`, { tag }, () => {
    expect(classify(answerOf(given), { ...context, ...over })).toEqual(expected);
  });
}

test('garbage of any status is classified, never thrown at', { tag: '@O08' }, () => {
  const texts = [
    '',
    '\0',
    '<',
    '<form',
    '<form method=post><input name=',
    '\uD800<!--',
    '<form id=__proto__>',
    '&#x110000;',
  ];
  const classes = new Set<string>();
  for (const html of texts) {
    for (const status of [
      -1,
      0,
      Number.NaN,
      200,
      204,
      299,
      304,
      399,
      400,
      403,
      419,
      422,
      499,
      500,
      599,
      1000,
    ]) {
      for (const url of ['', 'x', submittedUrl, 'data:,']) {
        const answer: Answer = {
          status,
          url,
          redirected: url !== submittedUrl,
          contentType: 'text/html',
          cut: true,
          html,
        };
        classes.add(classify(answer, { ...context, submittedUrl: url === 'x' ? '' : submittedUrl }).class);
      }
    }
  }
  expect([...classes].sort()).toEqual(['acknowledged', 'busy', 'csrf', 'held', 'unknown']);
});

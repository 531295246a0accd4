import { expect, test } from '@playwright/test';
import { classify } from '../../src/outbox/classify.js';
import {
  acknowledged,
  answerOf,
  csrf,
  held,
  proven,
  signInPage,
  site,
  landed,
  context,
  type Case,
} from './classify-samples.js';

const cases: Case[] = [
  [
    'a redirect to sign-in',
    '@O07',
    { redirected: true, url: `${site}/accounts/login/?next=/` },
    held('sign-in'),
  ],
  ['a redirect to a page with a password', '@O07', { ...landed, html: signInPage }, held('sign-in')],
  ['sign-in in the place of the answer', '@O07', { html: signInPage }, held('sign-in')],
  ['401', '@O07', { status: 401, contentType: '' }, held('sign-in')],
  [
    'sign-in elsewhere on the web',
    '@O07',
    { redirected: true, url: 'https://sso.example/login' },
    held('sign-in'),
  ],
  [
    'an own sign-in address',
    '@O07',
    { ...landed, url: `${site}/enter/?n=1` },
    held('sign-in'),
    { signIn: '/enter/' },
  ],
  [
    'a password where sign-in is elsewhere',
    '@O07',
    { ...landed, html: signInPage },
    proven,
    { signIn: '/enter/' },
  ],
  [
    'a form of sign-in settings',
    '@O07',
    { redirected: true, url: `${site}/settings/login/` },
    proven,
    { submittedUrl: `${site}/settings/login/` },
  ],
  ['419', '@O07', { status: 419, html: '<h1>Page Expired</h1>' }, csrf],
  ['419 with a fresh token', '@O07', { status: 419 }, held('sign-in'), { refreshed: true }],

  ['403 of Django', '@O09', { status: 403, html: '<h1>Forbidden</h1><p>CSRF verification failed.' }, csrf],
  [
    '403 of an API',
    '@O09',
    { status: 403, contentType: 'application/json', html: '{"detail":"CSRF Failed"}' },
    csrf,
  ],
  ['422 of Rails', '@O09', { status: 422, html: '<h1>The change you wanted was rejected.</h1>' }, csrf],
  ['400 of Flask', '@O09', { status: 400, html: '<p>The CSRF token has expired.</p>' }, csrf],
  [
    '403 with a fresh token',
    '@O09',
    { status: 403, html: '<p>CSRF failed' },
    held('refused'),
    { refreshed: true },
  ],
  [
    '403 that has a token in its markup',
    '@O09',
    { status: 403, html: '<meta name="csrf-token" content="x">No' },
    held('refused'),
  ],
  ['200 that speaks of CSRF', '@O09', { html: '<h1>About CSRF</h1>' }, acknowledged],
];

for (const [title, tag, given, expected, over] of cases) {
  test(`an answer to a replay: ${title}`, { tag }, () => {
    expect(classify(answerOf(given), { ...context, ...over })).toEqual(expected);
  });
}

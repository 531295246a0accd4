import { expect, test } from '@playwright/test';
import { settlementOf, type Evidence, type Settlement } from '../../src/forms/verdict.js';

const form = 'https://site.test/orders/new/';
const elsewhere = 'https://site.test/about/';
/** Django's forms post to their own address. */
const own = { page: form, action: form };
const other = { page: form, action: 'https://site.test/orders/' };

/** A page of the site to which the person came in some way that has nothing to do with the POST. */
const page: Evidence = {
  proof: false,
  page: elsewhere,
  navigation: 'navigate',
  redirects: 0,
  status: 200,
  from: form,
  referrer: form,
  isFirstInTab: false,
  hasForm: false,
  isSignIn: false,
};
const answer = { ...page, page: other.action };
const again = { ...page, page: form };
const redirected = { ...page, redirects: 1 };
const signIn = { ...redirected, page: 'https://site.test/login/', isSignIn: true };

const cases: [
  title: string,
  marker: Parameters<typeof settlementOf>[0],
  seen: Evidence,
  expected: Settlement,
][] = [
  ['a proof cookie', own, { ...page, proof: true }, 'acknowledged'],
  [
    'a proof cookie after an error page and Back',
    own,
    { ...again, proof: true, navigation: 'back_forward', hasForm: true },
    'acknowledged',
  ],
  ['a redirect after the POST', other, redirected, 'acknowledged'],
  [
    'a redirect back to the form’s own address',
    own,
    { ...again, redirects: 1, hasForm: true },
    'acknowledged',
  ],
  [
    'a redirect, and a browser that does not tell the page before',
    other,
    { ...redirected, from: null },
    'acknowledged',
  ],
  ['a redirect in a browser that gives no status', other, { ...redirected, status: 0 }, 'acknowledged'],
  ['the form again, by the address it posts to', own, { ...again, hasForm: true }, 'shown'],
  ['the form again, with 422', other, { ...answer, hasForm: true, status: 422 }, 'shown'],
  ['the POST’s own page, no redirect', other, answer, 'acknowledged'],
  ['a page that says 400 and has no form', other, { ...answer, status: 400 }, 'rejected'],
  ['a redirect to a page that says 404', other, { ...redirected, status: 404 }, 'rejected'],
  ['the sign-in page after a redirect', other, signIn, 'sign-in'],
  ['a page that says 401', other, { ...answer, status: 401 }, 'sign-in'],
  ['a page that says 403', other, { ...answer, status: 403 }, 'refused'],
  ['a page that says 403 with the form on it', own, { ...again, status: 403, hasForm: true }, 'refused'],
  ['a page that says 503', other, { ...answer, status: 503 }, 'waiting'],
  ['a page that says 429', other, { ...answer, status: 429 }, 'waiting'],
  ['a page that says 500', other, { ...answer, status: 500 }, 'unknown'],
  ['a page that says 502 with the form on it', own, { ...again, status: 502, hasForm: true }, 'unknown'],
  [
    'an error page of the browser, then Back',
    other,
    { ...again, navigation: 'back_forward', hasForm: true },
    'unknown',
  ],
  [
    'an error page of the browser, then its reload, redirected',
    own,
    { ...redirected, navigation: 'reload' },
    'acknowledged',
  ],
  ['a reload without a redirect', own, { ...again, navigation: 'reload', hasForm: true }, 'unknown'],
  [
    'a reload of a page with no word of the form before',
    own,
    { ...redirected, navigation: 'reload', referrer: '' },
    'unknown',
  ],
  ['an address typed', other, { ...page, referrer: '' }, 'unknown'],
  ['the POST’s own address typed', other, { ...answer, referrer: '' }, 'unknown'],
  ['a typed address that redirects', other, { ...redirected, referrer: '' }, 'unknown'],
  ['a link clicked while the POST was pending', { ...other, superseded: true }, page, 'unknown'],
  [
    'such a link to the form’s own address',
    { ...own, superseded: true },
    { ...again, hasForm: true },
    'unknown',
  ],
  ['such a link to an address that redirects', { ...other, superseded: true }, redirected, 'unknown'],
  ['such a link to the sign-in page', { ...other, superseded: true }, signIn, 'unknown'],
  ['a link, in a browser that does not tell of it', other, page, 'unknown'],
  [
    'a page reached from another than the form’s',
    other,
    { ...redirected, from: elsewhere, referrer: elsewhere },
    'unknown',
  ],
  [
    'a page of the site reached from another site',
    other,
    { ...redirected, from: null, referrer: 'https://other.test/' },
    'unknown',
  ],
  ['a pop-up with a copied marker', other, { ...redirected, isFirstInTab: true }, 'unknown'],
  ['a page that was rendered ahead', other, { ...redirected, navigation: 'prerender' }, 'unknown'],
];

for (const [title, marker, seen, expected] of cases) {
  test(`a native submission followed by ${title} is ${expected}`, { tag: ['@O18', '@O07'] }, () => {
    expect(settlementOf(marker, seen)).toBe(expected);
  });
}

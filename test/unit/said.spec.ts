import { expect, test } from '@playwright/test';
import type { Answer } from '../../src/outbox/classify.js';
import { complaintsOf, wordsOf } from '../../src/outbox/said.js';

const answer = (html: string, contentType = 'text/html'): Answer => ({
  status: 422,
  url: 'https://shop.example/orders/',
  redirected: false,
  contentType,
  html,
  cut: false,
});
const page = (body: string) =>
  answer(`<!doctype html><title>Orders</title><script>var token = 'abc'</script><body>${body}</body>`);

const pages: [title: string, body: string, words: string][] = [
  [
    "Django's error lists",
    '<p class="errornote">Please correct the errors below.</p><ul class="errorlist" id="id_t_error"><li>At most ten.<li>No <b>blue</b> ones.</ul><input name="t" value="secret">',
    'Please correct the errors below.\nAt most ten.\nNo blue ones.',
  ],
  [
    "Bootstrap's feedback, and nothing that the form holds",
    '<form class="has-error"><p>All of it.</p><textarea class="error is-invalid">what was typed</textarea><div class="invalid-feedback">\n  Too\n  long.\n</div></form>',
    'Too long.',
  ],
  [
    'what describes a control marked as wrong, before or after it',
    '<span id="before">Not a date.</span><input aria-invalid="true" aria-describedby="hint before" value="x"><p id="hint">Day and month.</p><p id="other">Not this.</p>',
    'Not a date.\nDay and month.',
  ],
  [
    'an alert around a whole field, without what can be chosen in it',
    '<div role="alert"><label>Size</label><select><option>small<option>large</select><p>Choose one.</div><p>And more.',
    'Size\nChoose one.',
  ],
  ['each complaint once', '<p class="error">No.</p><p class="error">No.</p>', 'No.'],
  ['an error whose end is left out', '<p class="error">No.<p>The rest of the page.', 'No.'],
  [
    'the title and headings where no error is marked',
    '<h1>Forbidden</h1><p>token-in-a-page</p>',
    'Orders\nForbidden',
  ],
];

for (const [title, body, words] of pages) {
  test(`of a page that refuses is kept: ${title}`, { tag: '@O17' }, () => {
    expect(complaintsOf(page(body))).toBe(words);
  });
}

const data: [title: string, value: unknown, words: string][] = [
  [
    'problem+json',
    { type: 'about:blank', title: 'Closed', status: 403, detail: 'We open at nine.', session: 'abc' },
    'Closed\nWe open at nine.',
  ],
  [
    'errors by field',
    { message: 'The given data was invalid.', errors: { title: ['Too long.', 'No.'], 'a.b': 'Missing.' } },
    'The given data was invalid.\ntitle: Too long.\ntitle: No.\na.b: Missing.',
  ],
  ['errors as objects', { errors: [{ title: 'Too long', source: 3 }] }, 'Too long'],
  ['fields alone', { note: ['Too long.'], session: 'abc' }, 'note: Too long.'],
  ['a list', ['No.', { name: ['Missing.'] }], 'No.\nname: Missing.'],
  ['nothing that can be read', [null, 7], ''],
];

for (const [title, value, words] of data) {
  test(`of a JSON answer that refuses is kept: ${title}`, { tag: '@O17' }, () => {
    expect(complaintsOf(answer(JSON.stringify(value), 'application/problem+json'))).toBe(words);
  });
}

test('what is kept of an answer is bounded, and nothing of what cannot be read', { tag: '@O17' }, () => {
  const long = page('<p class="error">Never closed '.concat('and on '.repeat(5000)));
  expect(complaintsOf(long).length).toBeLessThanOrEqual(400);
  const many = page(Array.from({ length: 900 }, (_, index) => `<p class="error">No ${index}.</p>`).join(''));
  expect(complaintsOf(many).length).toBeLessThanOrEqual(2001);
  expect(complaintsOf(answer('{"title": "cut', 'application/json'))).toBe('');
  expect(complaintsOf(answer('%PDF', 'application/pdf'))).toBe('');
  expect(complaintsOf(answer(' No. ', 'text/plain; charset=utf-8'))).toBe('No.');
});

test('all that can be read of an answer is shown, without its scripts', { tag: '@O17' }, () => {
  expect(wordsOf(page('<h1>Thank you</h1><p>Order <b>7</b>&nbsp;is in.<style>p{}</style>'))).toBe(
    'Thank you\nOrder 7 is in.',
  );
});

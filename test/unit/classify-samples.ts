import type { Answer, Context, Verdict } from '../../src/outbox/classify.js';

/** One submission, and what may come back for it. */
export const site = 'https://shop.example';
export const submittedUrl = `${site}/orders/new/`;
export const context: Context = {
  signIn: 'auto',
  submittedUrl,
  formName: '',
  fieldNames: ['title', 'note', 'amount', '_save'],
  values: [
    ['title', 'Chair'],
    ['note', 'red\r\none'],
    ['amount', '3'],
    ['_save', 'Save'],
  ],
};

export const form = ({
  title = '',
  note = '',
  amount = '',
  attributes = 'method="post"',
  extra = '',
} = {}): string =>
  `<form ${attributes}><input type="hidden" name="csrfmiddlewaretoken" value="x"><input name="title" value="${title}">
   <textarea name="note">\n${note}</textarea><input type="number" name="amount" value="${amount}">${extra}
   <button name="_save" value="Save">Save</button></form>`;
export const filled = form({ title: 'Chair', note: 'red\none', amount: '3' });
export const blank = form();
export const signInPage =
  '<form method=post><input name="username"><input type="password" name="password"></form>';
export const search =
  '<form action="/orders/new/"><input name="title"><input name="note"><input name="amount"></form>';

export const acknowledged: Verdict = { class: 'acknowledged', proven: false };
export const proven: Verdict = { class: 'acknowledged', proven: true };
export const busy: Verdict = { class: 'busy' };
export const unknown: Verdict = { class: 'unknown' };
export const csrf: Verdict = { class: 'csrf' };
export const held = (reason: 'sign-in' | 'rejected' | 'refused' | 'unknown'): Verdict => ({
  class: 'held',
  reason,
});

export type Case = [
  title: string,
  tag: string,
  answer: Partial<Answer>,
  expected: Verdict,
  context?: Partial<Context>,
];
export const landed = { redirected: true, url: `${site}/orders/` };

export const answerOf = (given: Partial<Answer>): Answer => ({
  status: 200,
  url: submittedUrl,
  redirected: false,
  contentType: 'text/html; charset=utf-8',
  cut: false,
  ...given,
});

import { formsOf, type ScannedForm } from '../lib/html-forms.js';

/** What is known of the submission whose form may come back. */
export interface Sent {
  /** Absolute. */
  submittedUrl: string;
  /** Name, id or `data-resilient` of the form; empty when it has none. */
  formName: string;
  /** Names that were sent, without CSRF token and idempotency key. */
  fieldNames: readonly string[];
  /** Texts that were sent, to tell the form filled in from a blank one; without them it counts as filled. */
  values?: readonly (readonly [name: string, value: string])[];
}

/**
 * Whether the form that was sent is in the answer: `invalid` with a control marked as wrong, `filled` with what was
 * sent, `blank` without it, `absent` not at all.
 */
export type Returned = 'invalid' | 'filled' | 'blank' | 'absent';

/** Of the names sent, this share must be in a form for it to be the same one; dynamic rows and scripts add some. */
const enough = 0.6;

/** Looks for the form of this submission in a page. */
export function findReturned(html: string, answer: { url: string }, sent: Sent): Returned {
  if (html === '') return 'absent';
  const form = formsOf(html).find((form) => isSame(form, answer.url, sent));
  if (!form) return 'absent';
  if (form.controls.some(({ invalid }) => invalid)) return 'invalid';
  return isFilled(form, sent.values ?? []) ? 'filled' : 'blank';
}

/** By what it asks and where it goes; a name of its own stands for the address. Without a control to correct, it is a button. */
function isSame(form: ScannedForm, page: string, { submittedUrl, formName, fieldNames }: Sent): boolean {
  if (form.method === 'dialog' || (form.method === 'get' && form.buttonActions.length === 0)) return false;
  if (!form.controls.some(isEditable)) return false;
  const sentNames = new Set(fieldNames);
  const shared = [...sentNames].filter((name) => form.fields.has(name)).length;
  // Of a form that broke off only the names read so far can be asked for.
  const asked = form.complete ? sentNames.size : Math.min(sentNames.size, form.fields.size);
  if (shared === 0 || shared / asked < enough) return false;
  const named = formName !== '' && [form.resilientName, form.id, form.name].includes(formName);
  const target = addressOf(submittedUrl, page);
  return named || [form.action, ...form.buttonActions].some((action) => addressOf(action, page) === target);
}

const fixed = new Set(['hidden', 'submit', 'button', 'image', 'reset']);
const isEditable = ({ type }: { type: string }): boolean => !fixed.has(type);

const unshown = new Set([...fixed, 'password', 'file', 'checkbox', 'radio', 'select']);

/** Of the texts that were sent, at least half are shown again. With none to compare it counts as filled: the safer reading. */
function isFilled(form: ScannedForm, values: NonNullable<Sent['values']>): boolean {
  const shown = new Map<string, Set<string>>();
  for (const { name, type, value } of form.controls) {
    if (unshown.has(type) || type.includes('-')) continue;
    shown.set(name, (shown.get(name) ?? new Set()).add(plain(value)));
  }
  const texts = values.filter(([name, value]) => shown.has(name) && plain(value) !== '');
  const echoed = texts.filter(([name, value]) => shown.get(name)?.has(plain(value)));
  return echoed.length * 2 >= texts.length;
}

/** Servers strip and normalise line ends. */
const plain = (value: string): string => value.replaceAll(/\r\n?/g, '\n').trim();

/** Without query and fragment: many sites put a state there. */
function addressOf(action: string, page: string): string {
  if (!URL.canParse(action, page)) return '';
  const { origin, pathname } = new URL(action, page);
  return origin + pathname;
}

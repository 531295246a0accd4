import { attribute, removeAttribute, setAttribute } from '../lib/dom.js';
import type { Captured } from './capture.js';

/** The submitter's attributes that win over the form's, and what they are called there. */
const overrides = [
  ['formaction', 'action'],
  ['formmethod', 'method'],
  ['formenctype', 'enctype'],
  ['formtarget', 'target'],
] as const;

/**
 * Lets the browser submit the form as it was captured, without another `submit` event: the page's listeners have had
 * theirs. The body is what was captured, so nothing typed while we waited slips into it, and the submitter's part keeps
 * its place in the tree.
 */
export function submitNatively(
  form: HTMLFormElement,
  submitter: HTMLElement | null,
  captured: Captured,
  extra: readonly [string, string][],
): void {
  replaceEntries(form, [...captured.formData, ...extra]);
  const restore = submitter ? borrow(form, submitter) : () => undefined;
  try {
    HTMLFormElement.prototype.submit.call(form);
  } finally {
    restore();
  }
}

/** Adds fields to the submission that the browser is about to make by itself, after every listener of the page. */
export function addEntries(form: HTMLFormElement, extra: readonly [string, string][]): void {
  onFormData(form, 'last', ({ formData }) => {
    for (const [name, value] of extra) formData.append(name, value);
  });
}

/**
 * The browser builds its list of entries when it submits, and lets `formdata` listeners change it. Those of the page have
 * had theirs when the submission was captured, and are not to see a second one.
 */
function replaceEntries(
  form: HTMLFormElement,
  entries: readonly (readonly [string, FormDataEntryValue])[],
): void {
  onFormData(form, 'first', (event) => {
    event.stopImmediatePropagation();
    const { formData } = event;
    for (const name of new Set(formData.keys())) formData.delete(name);
    for (const [name, value] of entries) {
      if (typeof value === 'string') formData.append(name, value);
      else formData.append(name, value, value.name);
    }
  });
}

/** On `window`: what is captured there comes before every listener of the page, what bubbles there after. */
function onFormData(
  form: HTMLFormElement,
  place: 'first' | 'last',
  change: (event: FormDataEvent) => void,
): void {
  const capture = place === 'first';
  const listener = (event: FormDataEvent) => {
    if (event.target !== form) return;
    removeEventListener('formdata', listener, capture);
    change(event);
  };
  addEventListener('formdata', listener, capture);
  // Where the browser submits nothing after all, the listener must not meet the next submission.
  setTimeout(() => removeEventListener('formdata', listener, capture));
}

function borrow(form: HTMLFormElement, submitter: HTMLElement): () => void {
  const undo: (() => void)[] = [];
  for (const [from, to] of overrides) {
    const value = attribute(submitter, from);
    if (value === null) continue;
    const before = attribute(form, to);
    setAttribute(form, to, value);
    undo.push(() => (before === null ? removeAttribute(form, to) : setAttribute(form, to, before)));
  }
  return () => undo.forEach((step) => step());
}

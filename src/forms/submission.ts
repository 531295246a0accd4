import type { IdempotencyOptions } from '../options.js';
import { isSecret } from '../lib/secret.js';
import { attribute, formElements, formMethod, hasAttribute, query, type Control } from '../lib/dom.js';
import type { Field, FormIdentity, Submission } from '../types.js';
import type { Captured } from './capture.js';

/**
 * What tells two submissions of a form apart: everything a person could have changed. Not the token, which the page
 * renews by itself. Kept in memory only.
 */
export function signatureOf(captured: Captured, isIgnored: (name: string) => boolean): string {
  const parts = Array.from(captured.formData)
    .filter(([name]) => !isIgnored(name))
    .map(([name, value]) =>
      typeof value === 'string'
        ? [name, value]
        : [name, value.name, value.type, value.size, value.lastModified],
    );
  return JSON.stringify([captured.url, captured.enctype, parts]);
}

export const hasFiles = (formData: FormData): boolean =>
  Array.from(formData.values()).some((value) => typeof value !== 'string' && value.size > 0);

/** Whether something in the form must never be stored, and has a value now. */
export const hasSecrets = (form: HTMLFormElement): boolean =>
  formElements(form).some((control) => (isSecret(control) || isIgnored(control, form)) && isFilled(control));

const isIgnored = (control: Element, form: HTMLFormElement): boolean => {
  const closest = Element.prototype.closest.call(control, '[data-resilient-ignore]');
  return closest !== null && !closest.contains(form);
};

const isFilled = (control: Control): boolean =>
  control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio')
    ? control.checked
    : typeof control.value === 'string' && control.value !== '' && !(control instanceof HTMLButtonElement);

/** With the key in its field, at the end, as every delivery of this submission carries it. */
export function withKey(fields: Field[], idempotency: IdempotencyOptions | false, key: string): Field[] {
  if (!idempotency || fields.some(([name]) => name === idempotency.field)) return fields;
  return [...fields, [idempotency.field, key]];
}

/** The key that the page itself gave the form, if any. */
export function ownKey(captured: Captured, idempotency: IdempotencyOptions | false): string | undefined {
  const given = idempotency ? captured.formData.get(idempotency.field) : null;
  return typeof given === 'string' && given !== '' ? given : undefined;
}

export interface Describe {
  id: string;
  key: string;
  identity: FormIdentity;
  captured: Captured & { url: string };
  fields: Field[];
  blankTokens(fields: readonly Field[]): { fields: Field[]; csrfField?: string };
  unknown: 'replay' | 'ask';
  delivery: 'native' | 'fetch';
}

/** The submission as it is stored: its token is left empty, in its place, to be had afresh when it is sent. */
export function describe(form: HTMLFormElement, given: Describe): Submission {
  const { id, key, identity, captured, unknown, delivery } = given;
  return {
    id,
    key,
    url: captured.url,
    method: 'POST',
    body: { kind: 'form', enctype: captured.enctype, ...given.blankTokens(given.fields) },
    lane: laneOf(form, identity),
    form: identity,
    unknown,
    delivery,
    ...(window.opener && { closes: true as const }),
  };
}

/** Submissions of one lane go in order; each form of a page is a lane unless the page says otherwise. */
export function laneOf(form: HTMLFormElement, identity: FormIdentity): string {
  return attribute(form, 'data-resilient-lane') || `${new URL(identity.page).pathname} ${identity.name}`;
}

/** Whether people can type into this form, and nothing of that would be sent. */
export function isNameless(form: HTMLFormElement): boolean {
  const fillable = formElements(form).filter(
    (control) =>
      control instanceof HTMLTextAreaElement ||
      control instanceof HTMLSelectElement ||
      (control instanceof HTMLInputElement && !/^(?:hidden|submit|reset|button|image)$/.test(control.type)),
  );
  return fillable.length > 0 && !fillable.some((control) => attribute(control, 'name'));
}

/** Whether a submission may have come from this form: a search form may send to the same address. */
export const canPost = (form: HTMLFormElement): boolean =>
  formMethod(form) === 'post' || query(form, '[formmethod="post" i]') !== null;

/** The form's own word before the site's: `data-resilient-<name>`, if it is one of these. */
export function choose<T extends string>(
  form: HTMLFormElement,
  name: string,
  allowed: readonly T[],
  otherwise: T,
): T {
  const given = hasAttribute(form, name) ? attribute(form, name) : otherwise;
  if (allowed.includes(given as T)) return given as T;
  throw new TypeError(`resilient-forms: ${name}="${given}" on a form; expected ${allowed.join(' or ')}`);
}

import { attribute, formAction, formEnctype, formMethod, ofDocument, queryDocument } from '../lib/dom.js';
import type { Enctype, Field } from '../types.js';

/** Where a submission would go, and how. */
export interface Destination {
  /** Absolute; `null` when it cannot be parsed: the browser then submits nothing. */
  url: string | null;
  method: 'get' | 'post' | 'dialog';
  enctype: Enctype;
  /** As written: of the submitter, the form or the page's `<base>`; empty for none. */
  target: string;
}

/** A submission as the browser would make it at this moment. */
export interface Captured extends Destination {
  /** In the order of sending, with the submitter in its place and what `formdata` listeners added. */
  formData: FormData;
}

/** Reads where this form would be sent now, with the `form*` overrides of its submitter. The page notices nothing of it. */
export function destinationOf(form: HTMLFormElement, submitter: HTMLElement | null): Destination {
  const override = (name: string) => (submitter ? attribute(submitter, name) : null);
  const method = override('formmethod');
  const enctype = override('formenctype');
  const url = override('formaction') === null ? formAction(form) : submitterAction(submitter);
  return {
    url: URL.canParse(url) ? url : null,
    method: asMethod(method ?? formMethod(form)),
    enctype: enctype === null ? formEnctype(form) : asEnctype(enctype),
    target: override('formtarget') ?? attribute(form, 'target') ?? baseTarget() ?? '',
  };
}

/**
 * Captures what this form would send now. Fires the form's `formdata` event.
 * https://html.spec.whatwg.org/#form-submission-algorithm
 *
 * @throws {DOMException} `InvalidStateError` from within a `formdata` listener.
 * @throws {TypeError | DOMException} when the submitter is not a submit button, or not of this form.
 */
export const captureSubmission = (form: HTMLFormElement, submitter: HTMLElement | null): Captured => ({
  ...destinationOf(form, submitter),
  formData: new FormData(form, submitter),
});

/**
 * The entries with their files' bytes, as of now where nobody has older ones, so that a later edit on disk changes nothing.
 * All reads begin at once.
 *
 * @throws {DOMException} `NotReadableError` or `NotFoundError` when a chosen file changed or went away.
 */
export const storeFields = (formData: FormData, bytesOf = bytesNow): Promise<Field[]> =>
  Promise.all(
    Array.from(formData, async ([name, value]): Promise<Field> => [name, await stored(value, bytesOf)]),
  );

/**
 * Whether the browser would send this form as UTF-8. Others are to be left alone: their bytes cannot be made here.
 * https://html.spec.whatwg.org/#picking-an-encoding-for-the-form
 */
export function isUtf8(form: HTMLFormElement): boolean {
  const labels = attribute(form, 'accept-charset')?.split(/[\s,]+/) ?? [];
  const chosen = labels.map(encodingOf).find((encoding) => encoding !== undefined);
  // A page in UTF-16 sends UTF-8.
  return /^utf-(?:8|16)/i.test(chosen ?? ofDocument('characterSet'));
}

const bytesNow = (file: File): Promise<ArrayBuffer> => file.arrayBuffer();

async function stored(value: FormDataEntryValue, bytesOf: typeof bytesNow): Promise<Field[1]> {
  if (typeof value === 'string') return value;
  const { name, type, lastModified } = value;
  return { name, type, lastModified, bytes: await bytesOf(value) };
}

/** Resolved against the base by the getter, an empty one to the document's own address. */
const submitterAction = (submitter: HTMLElement | null): string =>
  submitter instanceof HTMLButtonElement || submitter instanceof HTMLInputElement ? submitter.formAction : '';

/** An empty or unknown keyword of the submitter's means the default, not the form's own. */
function asMethod(keyword: string): Destination['method'] {
  const method = keyword.toLowerCase();
  return method === 'post' || method === 'dialog' ? method : 'get';
}

function asEnctype(keyword: string): Enctype {
  const enctype = keyword.toLowerCase();
  return enctype === 'multipart/form-data' || enctype === 'text/plain'
    ? enctype
    : 'application/x-www-form-urlencoded';
}

function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

function baseTarget(): string | null {
  const base = queryDocument('base[target]');
  return base && attribute(base, 'target');
}

import { isForm } from '../lib/dom.js';
import type { EntryRecord } from '../storage/records.js';
import { identify } from './identity.js';

/** What `resilient:response` offers to the app. */
export interface ShownAnswer {
  status: number;
  url: string;
  redirected: boolean;
  contentType: string;
  html?: string;
}

/** An answer that comes later than that finds a person who does something else: it is offered, not shown, milliseconds. */
const immediate = 10_000;

/** Answered while the person waits for it: the page's own business. */
export const isImmediate = ({ delivery, attempts, createdAt }: EntryRecord): boolean =>
  delivery !== 'native' && attempts <= 1 && Date.now() - createdAt < immediate;

/** Lets the app show an answer itself; returns whether it does. The event's `detail` is `{ id, response }`. */
export function offerAnswer(form: HTMLFormElement, id: string, answer: ShownAnswer): boolean {
  const empty = answer.status === 204 || answer.status === 205 || answer.status === 304;
  const response = new Response(empty ? null : (answer.html ?? null), {
    status: answer.status >= 200 && answer.status <= 599 ? answer.status : 200,
    headers: { 'content-type': answer.contentType },
  });
  Object.defineProperty(response, 'url', { value: answer.url });
  return !EventTarget.prototype.dispatchEvent.call(
    form,
    new CustomEvent('resilient:response', { bubbles: true, cancelable: true, detail: { id, response } }),
  );
}

/**
 * Puts the server's copy of the form, with its complaints, in the place of the form. `undefined` when the answer has none,
 * or the page's Trusted Types do not let it be parsed.
 */
export function replaceForm(form: HTMLFormElement, html: string): HTMLFormElement | undefined {
  const parsed = parse(html);
  const { name } = identify(form);
  const copies = parsed ? Document.prototype.querySelectorAll.call(parsed, 'form') : [];
  const copy = [...(copies as Iterable<HTMLFormElement>)].find(
    (candidate) => identify(candidate).name === name,
  );
  if (!copy) return undefined;
  const adopted = document.adoptNode(copy);
  Element.prototype.replaceWith.call(form, adopted);
  return isForm(adopted) ? adopted : undefined;
}

type Policy = { createHTML(html: string): string };
type Factory = { createPolicy(name: string, rules: Policy): Policy };
let policy: Policy | undefined;

/** The site's own answer, as a document that runs nothing. A site that names its policies has to allow this one. */
function parse(html: string): Document | undefined {
  try {
    const { trustedTypes } = window as { trustedTypes?: Factory };
    policy ??= trustedTypes?.createPolicy('resilient-forms', { createHTML: (text) => text }) ?? {
      createHTML: (text) => text,
    };
    return new DOMParser().parseFromString(policy.createHTML(html), 'text/html');
  } catch {
    return undefined;
  }
}

import { attribute, formAction, query } from '../lib/dom.js';
import type { FormIdentity } from '../types.js';

const headings = 'h1, h2, h3, h4, h5, h6';

/** How a form is known to storage and to people. Reads markup only, nothing that was typed. */
export function identify(form: HTMLFormElement): FormIdentity {
  return { name: nameOf(form), title: titleOf(form), page: location.href.replace(/#.*$/, '') };
}

/** The name the page gives it; else where it sends to, which tells two forms of a page apart. */
function nameOf(form: HTMLFormElement): string {
  const given = attribute(form, 'data-resilient') || attribute(form, 'id') || attribute(form, 'name');
  return given || new URL(formAction(form), location.href).pathname;
}

function titleOf(form: HTMLFormElement): string {
  const label = attribute(form, 'aria-label');
  const labelledBy = attribute(form, 'aria-labelledby');
  const title =
    label ??
    (labelledBy && document.getElementById(labelledBy)?.textContent) ??
    query(form, headings)?.textContent ??
    headingBefore(form) ??
    query(form, 'legend')?.textContent;
  return (title?.trim().replaceAll(/\s+/g, ' ') || document.title || nameOf(form)).slice(0, 120);
}

/** The last heading that stands before the form in the document. */
function headingBefore(form: HTMLFormElement): string | null | undefined {
  const before = [...document.querySelectorAll(headings)].filter(
    (heading) => heading.compareDocumentPosition(form) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  return before.at(-1)?.textContent;
}

import { attribute, formAction, ofDocument, query, queryAllDocument } from '../lib/dom.js';
import type { FormIdentity } from '../types.js';

const headings = ':is(h1, h2, h3, h4, h5, h6)';
/** Within a fieldset it is the heading of that part. */
const ownHeading = `${headings}:not(fieldset *)`;

/**
 * How a form is known to storage and to people. Reads markup only, nothing that was typed.
 *
 * @param page the form's own page, where the server showed the form again at another address.
 */
export function identify(form: HTMLFormElement, page = location.href): FormIdentity {
  return { name: nameOf(form), title: titleOf(form), page: page.replace(/#.*$/, '') };
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
    (labelledBy && ofDocument('getElementById').call(document, labelledBy)?.textContent) ??
    query(form, ownHeading)?.textContent ??
    headingBefore(form) ??
    query(form, 'legend')?.textContent;
  return (title?.trim().replaceAll(/\s+/g, ' ') || ofDocument('title') || nameOf(form)).slice(0, 120);
}

/** The last heading that stands before the form in the document. */
function headingBefore(form: HTMLFormElement): string | null | undefined {
  const before = queryAllDocument(headings).filter(
    (heading) => heading.compareDocumentPosition(form) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  return before.at(-1)?.textContent;
}

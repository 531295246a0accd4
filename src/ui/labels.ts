import { formElements } from '../lib/dom.js';

/** What the page calls the control of this name, else the name. */
export function labelOf(form: HTMLFormElement, name: string): string {
  const control = formElements(form).find((control) => control.name === name);
  const isLabelled =
    control instanceof HTMLInputElement ||
    control instanceof HTMLSelectElement ||
    control instanceof HTMLTextAreaElement;
  const label = isLabelled ? control.labels?.[0]?.textContent : undefined;
  // Many pages end a label with a colon, which has no place in a list.
  return (
    label
      ?.replace(/\s+/g, ' ')
      .replace(/[\s:]+$/, '')
      .trim() || name
  );
}

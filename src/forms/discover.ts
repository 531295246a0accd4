import { isConnected, isForm, matches } from '../lib/dom.js';

/** Finds the page's forms, those there are and those that come, and tells of the ones that go. */
export function discoverForms(
  selector: string,
  found: (form: HTMLFormElement) => void,
  gone: (form: HTMLFormElement) => void,
  signal: AbortSignal,
): void {
  // An empty selector: only the forms that are given to `enhance()`.
  if (signal.aborted || selector === '') return;
  const formsIn = (node: Node): HTMLFormElement[] => {
    if (!(node instanceof Element)) return [];
    const below = Array.from(Element.prototype.querySelectorAll.call(node, 'form')) as HTMLFormElement[];
    return (isForm(node) ? [node, ...below] : below).filter((form) => matches(form, selector));
  };
  const observer = new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) for (const form of formsIn(node)) if (isConnected(form)) found(form);
    }
    for (const { removedNodes } of records) {
      for (const node of removedNodes) for (const form of formsIn(node)) if (!isConnected(form)) gone(form);
    }
  });
  observer.observe(document, { subtree: true, childList: true });
  signal.addEventListener('abort', () => observer.disconnect(), { once: true });
  for (const form of formsIn(document.documentElement)) found(form);
}

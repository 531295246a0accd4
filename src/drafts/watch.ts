import type { Control } from '../lib/dom.js';
import { isEditable } from './control.js';

export interface WatchDeps {
  signal: AbortSignal;
  /** A control was edited; `isFinal` when the browser says so by `change`. */
  onEdit(control: Control, isFinal: boolean): void;
  /** The person did something after which controls may have changed without an event. */
  onActivity(): void;
  onSubmit(form: HTMLFormElement): void;
  /** The page was hidden and may never come back. */
  onHidden(): void;
  onLeave(): void;
  /** From the back/forward cache. */
  onReturn(): void;
}

/** One set of listeners for all forms, at the document, before the page's own can stop an event. */
export function watchDocument(deps: WatchDeps): void {
  const { signal } = deps;
  const early = { capture: true, passive: true, signal };
  let isLeaving = false;

  const edit = (event: Event) => {
    const control = controlOf(event);
    if (control) deps.onEdit(control, event.type === 'change');
  };
  const hide = () => {
    // At `pagehide` it is too late for a transaction, and an open one keeps the page out of the back/forward cache.
    if (document.visibilityState === 'hidden' && !isLeaving) deps.onHidden();
  };

  const leave = () => {
    isLeaving = true;
    deps.onLeave();
  };
  const show = (event: PageTransitionEvent) => {
    isLeaving = false;
    if (event.persisted) deps.onReturn();
  };
  const submit = (target: EventTarget | undefined) => {
    if (target instanceof HTMLFormElement) deps.onSubmit(target);
  };

  document.addEventListener('input', edit, early);
  document.addEventListener('change', edit, early);
  document.addEventListener('submit', (event) => submit(event.composedPath()[0]), early);
  for (const type of ['click', 'focusout', 'reset'])
    document.addEventListener(type, () => deps.onActivity(), early);
  document.addEventListener('visibilitychange', hide, { signal });
  document.addEventListener('freeze', () => deps.onLeave(), { signal });
  addEventListener('pagehide', leave, { signal });
  addEventListener('pageshow', show, { signal });
}

/** The control an event is about, through open shadow roots: the innermost that belongs to a form of the page. */
function controlOf(event: Event): Control | undefined {
  for (const node of event.composedPath()) {
    if (!(node instanceof HTMLElement)) continue;
    if (node instanceof HTMLFormElement) return undefined;
    const control = node as Control;
    if (isFormControl(node) ? control.form : isEditable(node) || node.localName.includes('-')) return control;
  }
  return undefined;
}

const isFormControl = (node: HTMLElement): boolean =>
  node instanceof HTMLInputElement ||
  node instanceof HTMLTextAreaElement ||
  node instanceof HTMLSelectElement;

/** Says when controls or options came or went below this root. */
export function watchControls(root: Document | ShadowRoot, onChange: () => void, signal: AbortSignal): void {
  const observer = new MutationObserver((records) => {
    const isOfForms = records.some(
      ({ addedNodes, removedNodes }) => holdsControl(addedNodes) || holdsControl(removedNodes),
    );
    if (isOfForms) onChange();
  });
  observer.observe(root, { childList: true, subtree: true });
  signal.addEventListener('abort', () => observer.disconnect(), { once: true });
}

const ofForms = 'input, textarea, select, option, [contenteditable][name]';

const holdsControl = (nodes: NodeList): boolean =>
  Array.from(nodes).some(
    (node) =>
      node instanceof Element &&
      (node.localName.includes('-') ||
        Element.prototype.matches.call(node, ofForms) ||
        Element.prototype.querySelector.call(node, ofForms) !== null),
  );

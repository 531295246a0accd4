import { attribute } from './dom.js';

/**
 * What must be kept nowhere: passwords, one-time codes and card data. A password field that a "show password" button
 * turned into text stays one, so inputs are remembered from the moment they were seen as `type=password`.
 */

const everPassword = new WeakSet<Element>();
/** A toggle may also put a new input in the old one's place: then the name tells. */
const passwordNames = new WeakMap<HTMLFormElement, Set<string>>();
const observers = new Set<MutationObserver>();

const isSecretToken = (token: string): boolean => /^(?:cc-.+|one-time-code|.+-password)$/.test(token);

function remember(input: HTMLInputElement): void {
  everPassword.add(input);
  const name = attribute(input, 'name');
  if (!name || !input.form) return;
  const names = passwordNames.get(input.form) ?? new Set();
  passwordNames.set(input.form, names.add(name));
}

function learn(records: readonly MutationRecord[]): void {
  for (const { type, target, oldValue, addedNodes } of records) {
    if (type === 'attributes') {
      const was = oldValue?.toLowerCase() === 'password';
      if (target instanceof HTMLInputElement && (was || target.type === 'password')) remember(target);
      continue;
    }
    for (const node of addedNodes) if (node instanceof Element) look(node);
  }
}

function look(root: ParentNode): void {
  if (root instanceof HTMLInputElement && root.type === 'password') remember(root);
  const found =
    root instanceof Element
      ? Element.prototype.querySelectorAll.call(root, selector)
      : root.querySelectorAll(selector);
  for (const input of found) remember(input as HTMLInputElement);
}

const selector = 'input[type="password" i]';

/** Whether a name says that its value is to be kept nowhere: for requests that have no control to be asked. */
export const isSecretName = (name: string): boolean =>
  /passw(?:or)?d|pass(?:phrase|code)|one[-_]?time[-_]?code|^otp|cv[vc]2?$|card[-_]?(?:number|code)|cc[-_]?(?:number|csc|exp)/i.test(
    name,
  );

/** Begins to remember the password fields of a document or shadow root; call it as early as possible. */
export function watchSecrets(root: Document | ShadowRoot, signal: AbortSignal): void {
  if (signal.aborted) return;
  look(root);
  const observer = new MutationObserver(learn);
  observer.observe(root, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['type'],
    attributeOldValue: true,
  });
  observers.add(observer);
  const end = () => {
    observer.disconnect();
    observers.delete(observer);
  };
  signal.addEventListener('abort', end, { once: true });
}

/**
 * Whether a control holds, or ever held, what must not be stored: `type=password` now or before, or an `autocomplete`
 * of a password, a one-time code or a card.
 */
export function isSecret(control: Element): boolean {
  // What changed since the last microtask counts already.
  for (const observer of observers) learn(observer.takeRecords());
  const tokens = (attribute(control, 'autocomplete') ?? '').toLowerCase().split(/\s+/);
  if (tokens.some(isSecretToken)) return true;
  if (!(control instanceof HTMLInputElement)) return false;
  if (control.type === 'password') remember(control);
  if (everPassword.has(control)) return true;
  const name = attribute(control, 'name');
  return Boolean(name && control.form && passwordNames.get(control.form)?.has(name));
}

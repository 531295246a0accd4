import type { Enctype } from '../types.js';

/**
 * A form's own properties, read past its controls: a control named `action`, `id` or `elements` shadows the property
 * of that name on the form (https://html.spec.whatwg.org/#dom-form-nameditem), and Django's changelist has one.
 */

type Control = HTMLElement & {
  name?: string;
  value?: unknown;
  form?: HTMLFormElement | null;
  disabled?: boolean;
};

/** Looked up at each use: there is no such prototype where the module is only imported, on a server. */
function read<Name extends keyof HTMLFormElement>(form: HTMLFormElement, name: Name): HTMLFormElement[Name] {
  const get = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, name)!.get!;
  return get.call(form) as HTMLFormElement[Name];
}

export type { Control };

export const formElements = (form: HTMLFormElement): Control[] =>
  Array.from(read(form, 'elements')) as Control[];
export const formAction = (form: HTMLFormElement): string => read(form, 'action');
export const formMethod = (form: HTMLFormElement): string => read(form, 'method');
export const formEnctype = (form: HTMLFormElement): Enctype => read(form, 'enctype') as Enctype;

export const attribute = (element: Element, name: string): string | null =>
  Element.prototype.getAttribute.call(element, name);
export const hasAttribute = (element: Element, name: string): boolean =>
  Element.prototype.hasAttribute.call(element, name);
export const setAttribute = (element: Element, name: string, value: string): void =>
  Element.prototype.setAttribute.call(element, name, value);
export const removeAttribute = (element: Element, name: string): void =>
  Element.prototype.removeAttribute.call(element, name);
export const matches = (element: Element, selector: string): boolean =>
  Element.prototype.matches.call(element, selector);
export const query = <T extends Element = Element>(element: Element, selector: string): T | null =>
  Element.prototype.querySelector.call(element, selector) as T | null;

/** Whether the node is in its document, asked past a form's controls. */
export const isConnected = (node: Node): boolean =>
  Object.getOwnPropertyDescriptor(Node.prototype, 'isConnected')!.get!.call(node) as boolean;
/** Dispatches past a form's controls; whether nobody prevented the default. */
export const dispatch = (target: EventTarget, event: Event): boolean =>
  EventTarget.prototype.dispatchEvent.call(target, event);

/** The same for the document, whose properties `<form name="title">` and `<img name="cookie">` shadow. */
export const ofDocument = <Name extends keyof Document>(name: Name): Document[Name] =>
  Reflect.get(Document.prototype, name, document) as Document[Name];
export const queryDocument = <T extends Element = Element>(selector: string): T | null =>
  ofDocument('querySelector').call(document, selector) as T | null;
export const queryAllDocument = <T extends Element = Element>(selector: string): T[] =>
  Array.from(ofDocument('querySelectorAll').call(document, selector)) as T[];

export const isForm = (node: unknown): node is HTMLFormElement => node instanceof HTMLFormElement;

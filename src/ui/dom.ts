type Attributes = Record<string, string | undefined | ((event: Event) => void)>;

/**
 * An element with attributes, listeners (`onclick`: a function) and children; its class is its part. Strings become text nodes, never markup.
 *
 * @example h('button', { type: 'button', onclick: close }, 'Close')
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value !== undefined) element.setAttribute(name, value);
    if (name === 'class') element.part = value as string;
  }
  element.append(...children);
  return element;
}

/** A button that never submits; `kind` is its class. */
export const button = (
  kind: string,
  label: string,
  onclick: () => void,
  more: Attributes = {},
): HTMLButtonElement => h('button', { type: 'button', class: kind, onclick, ...more }, label);

export const closeButton = (label: string, onclick: () => void): HTMLButtonElement => {
  const element = button('close', '', onclick, { 'aria-label': label });
  element.replaceChildren(icon('close'));
  return element;
};

/** Touches the document only when the text is another one, so that nothing is read out or laid out twice. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Whether this is the Escape key; if so, it is taken: a dialog around the host would close by it too. */
export function isEscape(event: Event): boolean {
  if (!(event instanceof KeyboardEvent) || event.key !== 'Escape') return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

/** The address, if it is one of the web: a server could answer with `javascript:`. */
export function webUrl(url: string): string | undefined {
  const parsed = URL.canParse(url, document.baseURI) ? new URL(url, document.baseURI) : undefined;
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.href : undefined;
}

/** Looks as if it cannot be used, and keeps the focus: the listener has to see to the rest. */
export function setDisabled(element: Element, disabled: boolean): void {
  if (disabled) element.setAttribute('aria-disabled', 'true');
  else element.removeAttribute('aria-disabled');
}

const round = 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0';

const paths = {
  info: `M12 11v5M12 8h.01${round}`,
  success: `M8.5 12.5l2.5 2.5 4.5-5${round}`,
  error: `M12 7.5v5.5M12 16h.01${round}`,
  waiting: `M12 7v5l3 2${round}`,
  sending: 'M12 19V5M6 11l6-6 6 6',
  offline:
    'M10 5.4A6 6 0 0 1 17.6 10 4 4 0 0 1 20.6 16M17 18H7a4.2 4.2 0 0 1-.9-8.3A6 6 0 0 1 6.6 8.2M4 4l16 16',
  close: 'M7 7l10 10M17 7L7 17',
};

export type IconName = keyof typeof paths;

/** A decorative picture in the colour of the text: what it means is always said in words beside it. */
export function icon(name: IconName): SVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

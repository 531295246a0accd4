import type { RichNode } from '../storage/records.js';

/**
 * Named editable regions, as data. Only what a person can write into a page is kept and rebuilt: elements and
 * attributes of these lists, made one by one, so that a stored draft can never bring in script.
 */

const tags = new Set(
  (
    'a abbr b blockquote br caption cite code del details dd div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ' +
    'ins kbd li mark ol p pre q s samp small span strike strong sub summary sup table tbody td tfoot th thead tr u ul var'
  ).split(' '),
);
/** These carry no text of the person: left out with their content. */
const dropped = new Set('script style template iframe object embed noscript svg math'.split(' '));
const attributes = new Set(
  'alt class colspan dir height href lang reversed rowspan src start title width'.split(' '),
);
const addresses = new Set(['href', 'src']);
const schemes = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** The content of an editable region. Elements not on the list are left out, what is in them is kept. */
export function readRich(parent: Node): RichNode[] {
  const nodes: RichNode[] = [];
  for (const child of parent.childNodes) {
    if (child instanceof Text) append(nodes, child.data);
    else if (child instanceof Element) readElement(child, nodes);
  }
  return nodes;
}

function readElement(element: Element, nodes: RichNode[]): void {
  const tag = element.localName;
  if (dropped.has(tag)) return;
  const children = readRich(element);
  if (!tags.has(tag)) {
    for (const child of children) {
      if (typeof child === 'string') append(nodes, child);
      else nodes.push(child);
    }
    return;
  }
  const kept = Array.from(element.attributes, ({ name, value }): [string, string] => [name, value]);
  nodes.push({ tag, attributes: kept.filter(isAllowed), children });
}

/** Two texts side by side are one: editors split them at will. */
function append(nodes: RichNode[], text: string): void {
  if (text === '') return;
  const last = nodes.at(-1);
  if (typeof last === 'string') nodes[nodes.length - 1] = last + text;
  else nodes.push(text);
}

function isAllowed([name, value]: readonly [string, string]): boolean {
  if (!attributes.has(name)) return false;
  if (!addresses.has(name)) return true;
  try {
    return schemes.has(new URL(value, document.baseURI).protocol);
  } catch {
    return false;
  }
}

/** Puts the content back, node by node. */
export function writeRich(parent: Element, nodes: readonly RichNode[]): void {
  parent.replaceChildren(...nodes.flatMap(build));
}

function build(node: RichNode): Node[] {
  if (typeof node === 'string') return [document.createTextNode(node)];
  const children = node.children.flatMap(build);
  // The store may have been written by other hands: the lists hold on the way back too.
  if (!tags.has(node.tag)) return dropped.has(node.tag) ? [] : children;
  const element = document.createElement(node.tag);
  for (const [name, value] of node.attributes) {
    if (isAllowed([name, value])) element.setAttribute(name, value);
  }
  element.append(...children);
  return [element];
}

/** Whether stored data is what `writeRich` takes. */
export const isRich = (value: unknown): value is RichNode[] =>
  Array.isArray(value) && value.every(isRichNode);

function isRichNode(node: unknown): boolean {
  if (typeof node === 'string') return true;
  const { tag, attributes, children } = (node ?? {}) as Record<string, unknown>;
  return typeof tag === 'string' && Array.isArray(attributes) && isRich(children);
}

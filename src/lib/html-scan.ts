/**
 * Reads tags out of a server's HTML without a DOM: answers are looked at where there is none (a service worker), and
 * server text never becomes markup. It knows as much of the tokenizer as is needed not to be fooled by comments, scripts
 * and texts, and looks at each character a bounded number of times.
 * https://html.spec.whatwg.org/#tokenization
 */

/** More is not looked at: forms and heads come early. UTF-16 units. */
const limit = 1_048_576;

export interface StartTag {
  kind: 'start';
  /** In lower case. */
  tag: string;
  /** By lower-case name; entities decoded; of two with one name the first. */
  attributes: ReadonlyMap<string, string>;
  /** Content of `textarea` and `title`, which holds no tags; else empty. */
  content: string;
}

export type Token = StartTag | { kind: 'end'; tag: string } | { kind: 'text'; text: string };

interface Step {
  token?: Token;
  next: number;
}

/** The tags and texts of this HTML in order, its first mebibyte at most. A tag cut off by the end is left out. */
export function* scan(html: string): Generator<Token, void, undefined> {
  const text = html.slice(0, limit);
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    const end = open === -1 ? text.length : open;
    if (end > at) yield { kind: 'text', text: decode(text.slice(at, end)) };
    if (open === -1) return;
    const step = markup(text, open);
    if (!step) return;
    if (step.token) yield step.token;
    at = step.next;
  }
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Numeric entities and the five of XML: what serializers write in names, tokens and addresses. */
function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(
    /&(?:#(\d{1,7});?|#[xX]([\da-fA-F]{1,6});?|(amp|lt|gt|quot|apos);)/g,
    (_, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return named[name]!;
      const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
      return code === 0 || code > 0x10_ff_ff ? '\uFFFD' : String.fromCodePoint(code);
    },
  );
}

function markup(html: string, open: number): Step | undefined {
  const next = html[open + 1] ?? '';
  if (/[a-z]/i.test(next)) return startTag(html, open + 1);
  if (next === '/' && /[a-z]/i.test(html[open + 2] ?? '')) {
    const end = pastTag(html, open + 2);
    return end && { token: { kind: 'end', tag: end.tag }, next: end.next };
  }
  if (html.startsWith('<!--', open)) {
    // `<!-->` and `<!--->` are whole comments.
    const end = /--!?>/g;
    end.lastIndex = open + 2;
    return end.test(html) ? { next: end.lastIndex } : undefined;
  }
  if (next === '!' || next === '?' || next === '/') {
    const end = html.indexOf('>', open);
    return end === -1 ? undefined : { next: end + 1 };
  }
  return { token: { kind: 'text', text: '<' }, next: open + 1 };
}

function startTag(html: string, at: number): Step | undefined {
  const { tag, attributes, next } = pastTag(html, at) ?? {};
  if (tag === undefined || !attributes || next === undefined) return undefined;
  const end = rawEnd[tag];
  if (!end) return { token: { kind: 'start', tag, attributes, content: '' }, next };
  end.lastIndex = next;
  const close = end.exec(html)?.index ?? html.length;
  const content = tag === 'textarea' || tag === 'title' ? decode(html.slice(next, close)) : '';
  return { token: { kind: 'start', tag, attributes, content: content.replace(/^\r?\n/, '') }, next: close };
}

/** Elements whose content is text up to their end tag. */
const rawEnd: Record<string, RegExp | undefined> = Object.assign(
  Object.create(null),
  Object.fromEntries(
    ['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes'].map((tag) => [
      tag,
      new RegExp(`</${tag}(?=[\\t\\n\\f\\r />])`, 'gi'),
    ]),
  ),
);

function pastTag(html: string, from: number) {
  const tag = take(/[^\t\n\f\r />]*/y, html, from);
  const attributes = new Map<string, string>();
  let at = from + tag.length;
  for (;;) {
    at += take(/[\t\n\f\r /]*/y, html, at).length;
    if (at >= html.length) return undefined;
    if (html[at] === '>') return { tag: tag.toLowerCase(), attributes, next: at + 1 };
    const name = take(/=?[^\t\n\f\r />=]*/y, html, at);
    at += name.length;
    const value = attributeValue(html, at);
    if (!value) return undefined;
    at = value.next;
    if (!attributes.has(name.toLowerCase())) attributes.set(name.toLowerCase(), decode(value.text));
  }
}

function attributeValue(html: string, from: number): { text: string; next: number } | undefined {
  const equals = take(/[\t\n\f\r ]*=[\t\n\f\r ]*/y, html, from);
  if (equals === '') return { text: '', next: from };
  const at = from + equals.length;
  const quote = html[at];
  if (quote !== '"' && quote !== "'") {
    const text = take(/[^\t\n\f\r >]*/y, html, at);
    return { text, next: at + text.length };
  }
  const close = html.indexOf(quote, at + 1);
  return close === -1 ? undefined : { text: html.slice(at + 1, close), next: close + 1 };
}

function take(sticky: RegExp, html: string, at: number): string {
  sticky.lastIndex = at;
  return sticky.exec(html)?.[0] ?? '';
}

import { scan, type StartTag, type Token } from './html-scan.js';

/** What a person reads in a server's HTML, found without a DOM and given as plain text, a line for each block. */

const inline = /^(?:a|abbr|b|bdi|cite|code|em|i|kbd|mark|q|s|small|span|strong|sub|sup|time|u|var)$/;
/** Their end tags are often left out: the next of them ends them too. */
const unclosed = /^(?:p|li|d[dt]|t[dhr])$/;
/** Nothing that is written in these is for reading, or it is what the person chose from. */
const unread = /^(?:select|noscript|template|datalist)$/;
/** Frameworks mark the control itself as well: what it holds is the person's, not the server's. */
const silent = /^(?:html|body|form|input|textarea|select|button|img|br|hr)$/;

/** Characters of one complaint: one whose end is not found must not run on through the page. */
const longest = 400;

/** The texts that are marked as errors: alerts, error lists, and what describes a control marked as wrong. */
export function complaintsIn(html: string): string {
  const described = new Set<string>();
  for (const token of scan(html)) {
    if (token.kind !== 'start' || token.attributes.get('aria-invalid') !== 'true') continue;
    for (const name of ['aria-errormessage', 'aria-describedby']) {
      for (const id of token.attributes.get(name)?.split(/\s+/) ?? []) described.add(id);
    }
  }
  return textsIn(html, ({ tag, attributes }) => {
    if (silent.test(tag)) return false;
    const id = attributes.get('id');
    return isError(attributes) || (id !== undefined && described.has(id));
  });
}

/** Its title and headings. */
export const headingsIn = (html: string): string =>
  textsIn(html, ({ tag }) => /^(?:title|h[1-3])$/.test(tag));

/** All of it, as it would be read aloud. */
export const readableText = (html: string): string =>
  textsIn(`<main>${html}`, ({ tag }) => tag === 'main', Infinity);

const isError = (attributes: StartTag['attributes']): boolean =>
  attributes.get('role') === 'alert' ||
  /(?:^|[\s_-])(?:errors?|errorlist|errornote|invalid-feedback|alert-danger)(?:$|[\s_-])/i.test(
    attributes.get('class') ?? '',
  );

/** The texts of the outermost elements that are wanted, each once. */
function textsIn(html: string, isWanted: (tag: StartTag) => boolean, most = longest): string {
  const found = new Set<string>();
  let open: { tag: string; depth: number; text: string } | undefined;
  let skipped = '';
  const close = () => {
    const text = tidy(open?.text ?? '').slice(0, most);
    if (text !== '') found.add(text);
    open = undefined;
  };
  for (const token of scan(html)) {
    if (skipped !== '') {
      if (token.kind === 'end' && token.tag === skipped) skipped = '';
      continue;
    }
    if (token.kind === 'start' && unread.test(token.tag)) skipped = token.tag;
    if (open) {
      open.depth += token.kind === 'start' && token.tag === open.tag ? 1 : 0;
      open.text += textOf(token);
      if (ends(token, open.tag)) open.depth = unclosed.test(open.tag) ? 0 : open.depth - 1;
      if (open.depth === 0) close();
    }
    if (!open && token.kind === 'start' && isWanted(token)) {
      open = { tag: token.tag, depth: 1, text: token.content };
    }
  }
  close();
  return [...found].join('\n');
}

const ends = (token: Token, tag: string): boolean =>
  token.kind !== 'text' && token.tag === tag && (token.kind === 'end' || unclosed.test(tag));

const textOf = (token: Token): string => {
  if (token.kind === 'text') return token.text.replaceAll(/\s+/g, ' ');
  return inline.test(token.tag) ? '' : '\n';
};

const tidy = (text: string): string =>
  text
    .replaceAll('&nbsp;', ' ')
    .replaceAll(/ *\n[\n ]*/g, '\n')
    .replaceAll(/ +/g, ' ')
    .trim();

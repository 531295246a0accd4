import { complaintsIn, headingsIn, readableText } from '../lib/html-text.js';
import { htmlOf, type Answer } from './classify.js';

/** What is kept and shown of a server's words, characters. */
const limit = 2000;

/**
 * What the server complains of, in its own words and as plain text: the marked errors of a page, or its headings where it
 * marks none; the usual fields of a JSON answer; a short text. Never a whole page, which may hold secrets.
 */
export function complaintsOf(answer: Answer): string {
  const html = htmlOf(answer);
  if (html !== '') return bounded(complaintsIn(html) || headingsIn(html));
  return bounded(fromJson(answer) ?? plain(answer));
}

/** What a person can read of the whole answer; to be shown, not to be stored. */
export function wordsOf(answer: Answer): string {
  const html = htmlOf(answer);
  return bounded(html === '' ? (fromJson(answer) ?? plain(answer)) : readableText(html));
}

const bounded = (text: string): string => (text.length > limit ? `${text.slice(0, limit)}…` : text);

const plain = ({ contentType, html = '' }: Answer): string =>
  /^(?:text\/plain\b|$)/i.test(contentType) ? html.trim() : '';

/** RFC 9457 and its common kin. */
const told = ['title', 'detail', 'message', 'error', 'errors', 'non_field_errors'];

/** `undefined` when the answer is no JSON. */
function fromJson({ contentType, html = '' }: Answer): string | undefined {
  if (!/\bjson\b/i.test(contentType)) return undefined;
  try {
    const value = JSON.parse(html) as unknown;
    const usual = isRecord(value) ? told.flatMap((name) => textsIn(value[name])) : textsIn(value);
    // Django REST framework answers with the fields themselves.
    const lists = isRecord(value) ? Object.entries(value).filter(([, item]) => Array.isArray(item)) : [];
    return [...new Set(usual.length > 0 ? usual : textsIn(Object.fromEntries(lists)))].join('\n');
  } catch {
    return '';
  }
}

/** Texts of errors, each with the field it is about: they come as lists, by field, or as objects that describe one. */
function textsIn(value: unknown, field = ''): string[] {
  if (typeof value === 'string') return value === '' ? [] : [field === '' ? value : `${field}: ${value}`];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, field));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const describes = typeof item === 'string' && (told.includes(name) || name === 'msg');
    return textsIn(item, describes ? field : name);
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

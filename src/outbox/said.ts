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

/** RFC 9457 and its common kin: `errors` and `fieldErrors` are lists, or lists by field. */
const told = ['title', 'detail', 'message', 'error', 'errors', 'non_field_errors'];

/** `undefined` when the answer is no JSON. */
function fromJson({ contentType, html = '' }: Answer): string | undefined {
  if (!/\bjson\b/i.test(contentType)) return undefined;
  try {
    const value = JSON.parse(html) as unknown;
    if (!isRecord(value)) return textsIn(value).join('\n');
    const usual = told.flatMap((name) => textsIn(value[name]));
    // Django REST framework answers with the fields themselves.
    return [...new Set(usual.length > 0 ? usual : textsIn(value))].join('\n');
  } catch {
    return '';
  }
}

/** Texts of a value, each with the field it is about. */
function textsIn(value: unknown, field = '', depth = 0): string[] {
  if (typeof value === 'string') return value === '' ? [] : [field === '' ? value : `${field}: ${value}`];
  if (depth > 4) return [];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, field, depth + 1));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    textsIn(item, labels.has(name) ? field : name, depth + 1),
  );
}

/** Within a list of errors these name no field. */
const labels = new Set(told.concat('msg', 'reason'));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

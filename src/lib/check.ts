import { ofDocument } from './dom.js';

/** Returns the value as it is to be used, or throws a `TypeError` that names the option. */
export type Check = (value: unknown, option: string) => unknown;
export type Fields = Record<string, Check>;

const fail = (option: string, value: unknown, expected: string): never => {
  const what = option === '' ? 'the options are' : `option "${option}" is`;
  throw new TypeError(`resilient-forms: ${what} ${show(value)}; expected ${expected}`);
};

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

const text: Check = (value, option) => (typeof value === 'string' ? value : fail(option, value, 'a string'));

const name: Check = (value, option) =>
  typeof value === 'string' && value !== '' ? value : fail(option, value, 'a non-empty string');

const flag: Check = (value, option) =>
  typeof value === 'boolean' ? value : fail(option, value, 'true or false');

const positive: Check = (value, option) =>
  typeof value === 'number' && Number.isFinite(value) && value > 0
    ? value
    : fail(option, value, 'a number greater than 0');

const count: Check = (value, option) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? value
    : fail(option, value, 'a number of 0 or more');

const texts: Check = (value, option) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? value
    : fail(option, value, 'an array of strings');

const selector: Check = (value, option) => {
  if (typeof value !== 'string') return fail(option, value, 'a CSS selector');
  if (value === '') return value;
  try {
    document.createDocumentFragment().querySelector(value);
    return value;
  } catch {
    return fail(option, value, 'a CSS selector');
  }
};

const sameOriginUrl: Check = (value, option) => {
  const expected = 'a URL of this site';
  if (typeof value !== 'string' || value === '') return fail(option, value, expected);
  let url: URL;
  try {
    url = new URL(value, ofDocument('baseURI'));
  } catch {
    return fail(option, value, expected);
  }
  return url.origin === location.origin ? value : fail(option, value, expected);
};

const signal: Check = (value, option) =>
  value instanceof AbortSignal ? value : fail(option, value, 'an AbortSignal');

const callable: Check = (value, option) =>
  typeof value === 'function' ? value : fail(option, value, 'a function');

/** Whatever it is; whoever takes it looks at it. */
const any: Check = (value) => value;

const dictionary: Check = (value, option) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail(option, value, 'an object of strings');
  }
  for (const [key, item] of Object.entries(value)) text(item, `${option}.${key}`);
  return value;
};

const oneOf =
  (...allowed: readonly (string | boolean)[]): Check =>
  (value, option) =>
    allowed.includes(value as string)
      ? value
      : fail(option, value, allowed.map((item) => JSON.stringify(item)).join(' or '));

const group =
  (fields: Fields): Check =>
  (value, option) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return fail(option, value, 'an object');
    }
    const result: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      const path = option === '' ? key : `${option}.${key}`;
      const check = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (!check) return fail(path, item, `one of the known options: ${Object.keys(fields).join(', ')}`);
      if (item !== undefined) result[key] = check(item, path);
    }
    return result;
  };

/** An object as `whole` wants it, or a scalar as `short` wants it, which is then the object's field `as`. */
const or =
  (whole: Check, short: Check, as?: string): Check =>
  (value, option) => {
    if (typeof value === 'object' && value !== null) return whole(value, option);
    const scalar = short(value, option);
    return as === undefined ? scalar : { [as]: scalar };
  };

/** The checks that options are put together from. */
export const check = {
  text,
  name,
  flag,
  positive,
  count,
  texts,
  selector,
  signal,
  callable,
  any,
  sameOriginUrl,
  dictionary,
  oneOf,
  group,
  or,
};

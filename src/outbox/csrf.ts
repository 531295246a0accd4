import { fieldValue, metaContent } from '../lib/html-forms.js';
import type { CsrfOptions } from '../options.js';
import type { Field } from '../types.js';

/** The token of this moment, and where it goes. Neither: the site wants none. */
export interface CsrfToken {
  field?: { name: string; value: string };
  header?: { name: string; value: string };
}

export interface CsrfDeps {
  option: 'auto' | CsrfOptions;
  /** The cookie as it stands in `document.cookie`, not decoded. */
  readCookie: (name: string) => string | undefined;
  /** Content of a `<meta>` of the live page. */
  readMeta: (name: string) => string | undefined;
  /** Value of a field of the live page. */
  readField: (name: string) => string | undefined;
  /** HTML of a page of this site; may reject. */
  fetchPage: (url: string) => Promise<string>;
}

/** How a framework hands its token out and takes it back. */
interface Scheme extends CsrfOptions {
  /** A cookie that is good only in its own header: Laravel encrypts it. */
  sealed?: { cookie: string; header: string };
}

const laravelCookie = { cookie: 'XSRF-TOKEN', header: 'X-XSRF-TOKEN' };

const schemes: readonly (Scheme & { field: string })[] = [
  { field: 'csrfmiddlewaretoken', cookie: 'csrftoken', header: 'X-CSRFToken' }, // Django
  { field: '_token', sealed: laravelCookie, meta: 'csrf-token', header: 'X-CSRF-TOKEN' }, // Laravel
  { field: 'authenticity_token', meta: 'csrf-token', header: 'X-CSRF-Token' }, // Rails
  { field: '_csrf', meta: '_csrf', header: 'X-CSRF-TOKEN' }, // Spring, csurf
  { field: 'csrf_token', meta: 'csrf-token', header: 'X-CSRFToken' }, // Flask-WTF
  { field: '_csrf_token', meta: 'csrf-token', header: 'X-CSRF-Token' }, // Phoenix, Symfony's sign-in
  { field: '__RequestVerificationToken', header: 'RequestVerificationToken' }, // ASP.NET
  { field: '_csrfToken', header: 'X-CSRF-Token' }, // CakePHP
  { field: 'csrfToken' }, // Play
  { field: 'csrf_test_name' }, // CodeIgniter
  { field: 'gorilla.csrf.Token', header: 'X-CSRF-Token' }, // Go
];

/** Names of hidden fields that carry a token: the site's own first, then those of the known frameworks. */
export function csrfNames(option: 'auto' | CsrfOptions): string[] {
  const own = option === 'auto' ? undefined : option.field;
  const known = schemes.map(({ field }) => field);
  return own === undefined ? known : [own, ...known.filter((name) => name !== own)];
}

/** Names of cookies that hold the token itself, and keep it until somebody signs in. */
export function tokenCookies(option: 'auto' | CsrfOptions): string[] {
  if (option !== 'auto') return option.cookie === undefined ? [] : [option.cookie];
  return schemes.map(({ cookie }) => cookie).filter((name) => name !== undefined);
}

/** Whether a field of this name carries a token; Symfony's are called `order[_token]`. */
export const isCsrfField = (name: string, names: readonly string[]): boolean =>
  names.includes(name) || name.endsWith('[_token]');

/** The fields with tokens emptied but in their places, and the name of the one to fill at each attempt. */
export function blankTokens(
  fields: readonly Field[],
  names: readonly string[],
): { fields: Field[]; csrfField?: string } {
  const found = fields.map(([name]) => name).filter((name) => isCsrfField(name, names));
  const csrfField = names.find((name) => found.includes(name)) ?? found[0];
  const blank = fields.map((field): Field => (found.includes(field[0]) ? [field[0], ''] : field));
  return csrfField === undefined ? { fields: blank } : { fields: blank, csrfField };
}

/** The fields with the token in its old place, or at the end where it had none. */
export function placeToken(fields: readonly Field[], name: string, value: string): Field[] {
  if (!fields.some((field) => field[0] === name)) return [...fields, [name, value]];
  return fields.map((field): Field => (field[0] === name ? [name, value] : field));
}

export interface Csrf {
  /**
   * Cookie, then meta, then the page the form stood on, then the live page's own field. `fresh` after a refusal: the page
   * is fetched, which renews the cookie too, and what the live page holds counts no more.
   * `undefined`: a token is needed and none is known, so the entry waits.
   */
  token(entry: { csrfField?: string; page: string }, fresh: boolean): Promise<CsrfToken | undefined>;
}

/** Finds the CSRF token at the moment of sending: it rotates at sign-in, and a stored one would be refused. */
export function createCsrf({ option, readCookie, readMeta, readField, fetchPage }: CsrfDeps): Csrf {
  const fromCookie = (scheme: Scheme, field: string | undefined): CsrfToken | undefined => {
    const sealed = scheme.sealed && decoded(readCookie(scheme.sealed.cookie));
    if (sealed) return { header: { name: scheme.sealed!.header, value: sealed } };
    return compose(
      scheme,
      field,
      scheme.cookie === undefined ? undefined : decoded(readCookie(scheme.cookie)),
    );
  };

  const fromLivePage = (scheme: Scheme, field: string | undefined): CsrfToken | undefined =>
    compose(scheme, field, scheme.meta === undefined ? undefined : readMeta(scheme.meta));

  const fromHtml = (html: string, scheme: Scheme, field: string | undefined): CsrfToken | undefined => {
    const name = field ?? scheme.field;
    const inField = name === undefined ? undefined : fieldValue(html, name);
    const inMeta = scheme.meta === undefined ? undefined : metaContent(html, scheme.meta);
    return compose(scheme, field, inField ?? inMeta);
  };

  return {
    async token(entry, fresh) {
      const field = entry.csrfField;
      const candidates = candidatesFor(option, field);
      const first = (read: (scheme: Scheme) => CsrfToken | undefined) => firstOf(candidates, read);
      const here = fresh
        ? undefined
        : (first((scheme) => fromCookie(scheme, field)) ?? first((scheme) => fromLivePage(scheme, field)));
      if (here) return here;
      const needed = field !== undefined || option !== 'auto';
      if (!needed && !fresh) return {};
      const page = (option === 'auto' ? undefined : option.url) ?? entry.page;
      const html = await fetchPage(page).catch(() => undefined);
      if (html !== undefined) {
        const there =
          first((scheme) => fromHtml(html, scheme, field)) ?? first((scheme) => fromCookie(scheme, field));
        if (there) return there;
      }
      if (!needed) return {};
      if (fresh || field === undefined) return undefined;
      return first((scheme) => compose(scheme, field, readField(field)));
    },
  };
}

/** The site's own settings over those of the framework whose field it is; without a field any of them may be it. */
function candidatesFor(option: 'auto' | CsrfOptions, field: string | undefined): readonly Scheme[] {
  const named = field ?? (option === 'auto' ? undefined : option.field);
  const known = schemes.find((scheme) => scheme.field === named);
  if (option === 'auto') {
    if (field === undefined) return schemes;
    return [known ?? { field }];
  }
  const own = Object.fromEntries(
    Object.entries(option).filter(([, value]) => value !== undefined),
  ) as CsrfOptions;
  const { sealed: _, ...open } = known ?? {};
  return [{ ...(own.cookie === undefined ? known : open), ...own }];
}

/** The header goes along with the field: Django reads the header only when the field is empty, others the other way round. */
function compose(
  scheme: Scheme,
  field: string | undefined,
  value: string | undefined,
): CsrfToken | undefined {
  if (!value) return undefined;
  return {
    ...(field === undefined ? {} : { field: { name: field, value } }),
    ...(scheme.header === undefined ? {} : { header: { name: scheme.header, value } }),
  };
}

function firstOf<T>(schemes: readonly Scheme[], read: (scheme: Scheme) => T | undefined): T | undefined {
  for (const scheme of schemes) {
    const found = read(scheme);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Cookies are percent-encoded by Laravel; a malformed one is taken as it is. */
function decoded(value: string | undefined): string | undefined {
  if (!value?.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

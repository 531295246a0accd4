import { english } from './english.js';

type EnglishKey = keyof typeof english;
type WithoutForm<Key> = Key extends `${infer Base}.one` | `${infer Base}.other` ? Base : Key;

/** What can be said; a key with plural forms goes without its form. */
export type MessageKey = WithoutForm<EnglishKey>;
export type Params = Record<string, string | number>;

/** Says things in the language of the texts. Times are epoch milliseconds. */
export interface Text {
  /** The text with its places filled in; `count` chooses the plural form. */
  (key: MessageKey, params?: Params): string;
  /** The second sentence of the same message; empty where it has none. */
  detail(key: MessageKey, params?: Params): string;
  readonly locale: string;
  /** "2 hours ago" */
  age(time: number): string;
  /** "in 40 seconds" */
  until(time: number): string;
  /** "1.2 MB" */
  size(bytes: number): string;
  /** "a, b, and c" */
  list(items: readonly string[]): string;
}

const forms = new Set(['zero', 'one', 'two', 'few', 'many', 'other']);
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/**
 * The texts, a page's own over the English ones.
 *
 * @throws {TypeError} for a key that does not exist, or a `locale` that is no language tag.
 */
export function createMessages(overrides: Record<string, string> = {}): Text {
  checkKeys(overrides);
  const texts: Record<string, string> = { ...english, ...overrides };
  const locale = checkLocale(texts['locale']!);
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale);
  const find = (key: string): string | undefined => (Object.hasOwn(texts, key) ? texts[key] : undefined);

  const say = (key: string, params: Params = {}): string => {
    const { count } = params;
    const counted =
      typeof count === 'number'
        ? (find(`${key}.${plural.select(count)}`) ?? find(`${key}.other`))
        : undefined;
    const template = counted ?? find(key) ?? '';
    return template.replace(/\{(\w+)\}/g, (place, name: string) => {
      const value = Object.hasOwn(params, name) ? params[name] : undefined;
      return typeof value === 'number' ? number.format(value) : (value ?? place);
    });
  };

  const distance = (milliseconds: number): string => {
    const [unit, length] = units.find(([, length]) => Math.abs(milliseconds) >= length) ?? units[3];
    const whole = Math.trunc(milliseconds / length);
    return relative.format(whole === 0 ? Math.sign(milliseconds) || 1 : whole, unit);
  };

  const size = (value: number, unit: string, maximumFractionDigits: number) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits }).format(value);

  return Object.assign(say, {
    locale,
    size: (bytes: number) =>
      bytes < 999_500
        ? size(Math.max(1, bytes / 1000), 'kilobyte', 0)
        : size(bytes / 1_000_000, 'megabyte', 1),
    detail: (key: MessageKey, params?: Params) => say(`${key}.detail`, params),
    // A clock that was put back must not make an age lie in the future.
    age: (time: number) => distance(Math.min(-1, time - Date.now())),
    until: (time: number) => distance(Math.max(1, time - Date.now())),
    list: (items: readonly string[]) => new Intl.ListFormat(locale).format(items),
  });
}

function checkKeys(overrides: Record<string, string>): void {
  for (const key of Object.keys(overrides)) {
    const [, base, form] = /^(.*)\.(\w+)$/.exec(key) ?? [];
    const isForm = forms.has(form ?? '') && Object.hasOwn(english, `${base}.other`);
    if (!isForm && !Object.hasOwn(english, key)) {
      throw new TypeError(`resilient-forms: option "messages.${key}" is unknown`);
    }
  }
}

function checkLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0]!;
  } catch {
    throw new TypeError(
      `resilient-forms: option "messages.locale" is ${JSON.stringify(locale)}; expected a language tag such as "en"`,
    );
  }
}

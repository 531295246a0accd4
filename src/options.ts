import { check, type Fields } from './lib/check.js';

/** How the server is watched. Durations in milliseconds. */
export interface HealthOptions {
  /** Same-origin address that answers 204, JSON with a `status`, or short plain text. @default '/health/' */
  url: string;
  /** Between two probes while all is well. @default 30000 */
  interval: number;
  /** After which a probe counts as unanswered. @default 5000 */
  timeout: number;
  /** An answer that took longer means `degraded`. @default 3000 */
  slow: number;
}

export interface DraftOptions {
  /** `auto` restores and says so, `ask` asks first, `off` keeps nothing. @default 'auto' */
  mode: 'auto' | 'ask' | 'off';
  /** Quiet time after typing before a save, milliseconds. @default 400 */
  delay: number;
  /** A save happens at least this often while typing goes on, milliseconds. @default 2000 */
  maxWait: number;
  /** Drafts older than this are deleted, milliseconds. @default 604800000 */
  maxAge: number;
  /** Query parameters that tell one form from another on the same path. @default [] */
  query: string[];
  /** Selector of controls never captured, in addition to the rules that always hold. @default '' */
  exclude: string;
}

/** As in ky. */
export interface RetryOptions {
  /** Retries in the page, before the durable schedule. @default 2 */
  limit: number;
  /** First wait, milliseconds; doubles. @default 500 */
  delay: number;
  /** Longest wait of the durable schedule, milliseconds. @default 300000 */
  backoffLimit: number;
  /** Full jitter, so that clients do not come back all at once. @default true */
  jitter: boolean;
}

export interface OutboxOptions {
  /** Older entries are held as `expired`, milliseconds. @default 604800000 */
  maxAge: number;
  /** @default 500 */
  maxEntries: number;
  /** @default 209715200 */
  maxBytes: number;
}

export interface BreakerOptions {
  /** Failures in a row that open it. @default 5 */
  threshold: number;
  /** Milliseconds until one trial is let through. @default 60000 */
  timeout: number;
}

export interface IdempotencyOptions {
  /** @default 'Idempotency-Key' */
  header: string;
  /** @default 'idempotency_key' */
  field: string;
}

/** Where the token of this moment is found; each is optional. */
export interface CsrfOptions {
  /** Name of the form field it goes in. */
  field?: string | undefined;
  header?: string | undefined;
  cookie?: string | undefined;
  /** Name of the `<meta>` that carries it. */
  meta?: string | undefined;
  /** A page to fetch it from. */
  url?: string | undefined;
}

export interface UiOptions {
  /** @default 'bottom-end' */
  position: 'bottom-end' | 'bottom-start' | 'top-end' | 'top-start';
}

export type Delivery = 'native' | 'fetch';
export type UnknownPolicy = 'replay' | 'ask';

/** Every option with its value; what `start` works with. */
export interface Settings {
  /** Who is signed in; drafts and outbox belong to it. Empty: nobody. @default '' */
  owner: string;
  health: HealthOptions;
  /** Selector of the forms to enhance. @default 'form[data-resilient]' */
  forms: string;
  /** @default 'native' */
  delivery: Delivery;
  /** What to do when it is not known whether a POST arrived. @default 'replay' */
  unknown: UnknownPolicy;
  drafts: DraftOptions;
  retry: RetryOptions;
  outbox: OutboxOptions;
  breaker: BreakerOptions;
  /** `false` for none. */
  idempotency: IdempotencyOptions | false;
  /** `auto` knows the names of Django, Rails, Laravel and others. @default 'auto' */
  csrf: 'auto' | CsrfOptions;
  /** Path prefix of the sign-in page. @default 'auto' */
  signIn: string;
  /** `false` for events without an interface. */
  ui: UiOptions | false;
  /** Texts by key, see `messages.ts`. */
  messages: Record<string, string>;
  /** Logs each decision with its reason, never a field value. @default false */
  debug: boolean;
  headers?: HeadersFor;
}

/** Headers of this moment for a request of the app to this address. */
export type HeadersFor = (url: string) => HeadersInit | Promise<HeadersInit>;

type Loose<T> = T extends (infer _)[]
  ? T
  : T extends object
    ? { [K in keyof T]?: Loose<T[K]> | undefined }
    : T;

/** What a page may give: any part of the settings. Strings stand for the first field where a table says so. */
export interface Options extends Omit<Loose<Settings>, 'health' | 'drafts' | 'headers'> {
  /** The settings, or just the URL. */
  health?: Partial<HealthOptions> | string | undefined;
  /** The settings, or just the mode. */
  drafts?: Partial<DraftOptions> | DraftOptions['mode'] | undefined;
  /**
   * Asked at each attempt of `submit()`, and of what `hooks()` took: for an `Authorization` header, say. What it returns is
   * never stored. In the module only.
   */
  headers?: HeadersFor | undefined;
  /** Stops the instance. */
  signal?: AbortSignal | undefined;
}

const day = 86_400_000;
const mebibyte = 1_048_576;

export const defaults: Settings = {
  owner: '',
  health: { url: '/health/', interval: 30_000, timeout: 5000, slow: 3000 },
  forms: 'form[data-resilient]',
  delivery: 'native',
  unknown: 'replay',
  drafts: { mode: 'auto', delay: 400, maxWait: 2000, maxAge: 7 * day, query: [], exclude: '' },
  retry: { limit: 2, delay: 500, backoffLimit: 300_000, jitter: true },
  outbox: { maxAge: 7 * day, maxEntries: 500, maxBytes: 200 * mebibyte },
  breaker: { threshold: 5, timeout: 60_000 },
  idempotency: { header: 'Idempotency-Key', field: 'idempotency_key' },
  csrf: 'auto',
  signIn: 'auto',
  ui: { position: 'bottom-end' },
  messages: {},
  debug: false,
};

const { text, name, selector, positive, count, flag, texts, oneOf, sameOriginUrl, group, or, dictionary } =
  check;

const fields: Fields = {
  owner: text,
  health: or(
    group({ url: sameOriginUrl, interval: positive, timeout: positive, slow: positive }),
    sameOriginUrl,
    'url',
  ),
  forms: selector,
  delivery: oneOf('native', 'fetch'),
  unknown: oneOf('replay', 'ask'),
  drafts: or(
    group({
      mode: oneOf('auto', 'ask', 'off'),
      delay: count,
      maxWait: positive,
      maxAge: positive,
      query: texts,
      exclude: selector,
    }),
    oneOf('auto', 'ask', 'off'),
    'mode',
  ),
  retry: group({ limit: count, delay: positive, backoffLimit: positive, jitter: flag }),
  outbox: group({ maxAge: positive, maxEntries: positive, maxBytes: positive }),
  breaker: group({ threshold: positive, timeout: positive }),
  idempotency: or(group({ header: name, field: name }), oneOf(false)),
  csrf: or(group({ field: name, header: name, cookie: name, meta: name, url: sameOriginUrl }), oneOf('auto')),
  signIn: name,
  ui: or(group({ position: oneOf('bottom-end', 'bottom-start', 'top-end', 'top-start') }), oneOf(false)),
  messages: dictionary,
  debug: flag,
  headers: check.callable,
};

/**
 * The settings that result from these options, later ones over earlier ones.
 *
 * @throws {TypeError} naming the option, what was given and what was expected.
 */
export function settle(...layers: readonly (Options | undefined)[]): Settings {
  let settings: object = defaults;
  for (const layer of layers) {
    if (layer === undefined) continue;
    const { signal: _, ...options } = group({ ...fields, signal: check.signal })(layer, '') as Options;
    settings = merge(settings, options, defaults);
  }
  return settings as Settings;
}

/** A group that an earlier layer turned off begins again with its defaults. */
function merge(under: object, over: object, initial: object): object {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = isRecord(result[key]) ? result[key] : (initial as Record<string, unknown>)[key];
    result[key] = isRecord(value) && isRecord(below) ? merge(below, value, {}) : value;
  }
  return result;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the body of a health answer says, in the vocabularies that are about. */
export interface HealthBody {
  /** Absent: it speaks of checks, but says nothing that is understood about the whole. */
  state?: Level;
  checks?: Record<string, string>;
  idempotency?: boolean;
  /** For how long keys are remembered, milliseconds. */
  keyLife?: number;
}

type Level = 'online' | 'degraded' | 'down';
type Json = Record<string, unknown>;

const levels: Record<Level, string> = {
  online:
    'ok okay pass passing passed up healthy alive ready running working available operational success true',
  degraded: 'warn warning degraded',
  down: 'fail failed failing failure error down unhealthy critical unavailable out_of_service maintenance false',
};
/** The worst comes first. */
const order = ['down', 'degraded', 'online'] as const;
const words = new Map(
  order.flatMap((level) => levels[level].split(' ').map((word) => [word, level] as const)),
);

/** Where the whole is told: health+json, Spring, ASP.NET, Terminus, and `{"ok": true}`. */
const statusNames = ['status', 'state', 'healthy', 'ok', 'success'];
/** Where the parts are told: health+json and MicroProfile, Spring, ASP.NET, Terminus, spatie/laravel-health. */
const partNames = ['checks', 'components', 'entries', 'details', 'checkResults'];

const longestText = 100;
const mostChecks = 100;

/** Reads JSON or short plain text; `undefined` when it is neither. HTML is never read. */
export function readHealthBody(contentType: string, body: string): HealthBody | undefined {
  if (/html|xml/i.test(contentType)) return undefined;
  const text = body.trim();
  const isJson = /json/i.test(contentType);
  if (isJson || text.startsWith('{')) return readJson(text, isJson);
  if (!/^text\/plain/i.test(contentType) || text.length > longestText) return undefined;
  const state = levelOf(text);
  return state && { state };
}

/** `declared`: by its type. Such JSON that speaks of something else still says that the site's own code works. */
function readJson(text: string, declared: boolean): HealthBody | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const whole = statusOf(value);
  const told = whole === undefined ? undefined : levelOf(whole);
  if (!isObject(value)) return told && { state: told };

  const checks = partsOf(value, whole !== undefined);
  if (declared && isElse(value, whole, checks)) return { state: 'online' };
  const state = whole === undefined ? worstOf(checks.map(([, status]) => status)) : told;
  return {
    ...(state && { state }),
    ...(checks.length > 0 && { checks: Object.fromEntries(checks) }),
    ...(value['idempotency'] === true && { idempotency: true, ...keyLifeOf(value) }),
  };
}

/** Told in seconds. */
function keyLifeOf({ idempotencyMaxAge: seconds }: Json): { keyLife?: number } {
  return typeof seconds === 'number' && seconds > 0 ? { keyLife: seconds * 1000 } : {};
}

/** Nothing in it is a status or an error: a list of search results, say. */
const isElse = (value: Json, whole: string | undefined, parts: readonly [string, string][]): boolean =>
  whole === undefined &&
  parts.every(([, word]) => levelOf(word) === undefined) &&
  ![...partNames, 'error', 'errors'].some((name) => own(value, name));

/** Checks by name. Without a status of the whole, the object itself is the list (django-health-check, Dropwizard). */
function partsOf(value: Json, hasStatus: boolean): [string, string][] {
  const told = partNames.map((name) => own(value, name)).find(isObject);
  const parts = Array.isArray(value) ? value : (told ?? (hasStatus ? {} : value));
  return Object.entries(parts)
    .slice(0, mostChecks)
    .flatMap(([key, part]: [string, unknown]) => {
      if (key === 'idempotency') return [];
      const status = statusOf(part);
      const name = Array.isArray(parts) ? own(part, 'name') : key;
      return status === undefined || typeof name !== 'string'
        ? []
        : [[name.slice(0, longestText), status.slice(0, longestText)] as [string, string]];
    });
}

/** The status of the whole or of a part, in its own word; health+json gives a list for each part. */
function statusOf(value: unknown): string | undefined {
  if (!Array.isArray(value)) return statusOfOne(value);
  const statuses = value.map(statusOfOne).filter((status) => status !== undefined);
  return statuses.find((status) => levelOf(status) === worstOf(statuses)) ?? statuses[0];
}

const statusOfOne = (value: unknown): string | undefined =>
  wordOf(value) ?? statusNames.map((name) => wordOf(own(value, name))).find(Boolean);

function wordOf(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  // `{"status": 200}`
  if (typeof value === 'number') return value >= 200 && value < 300 ? 'ok' : String(value);
  return undefined;
}

function worstOf(statuses: readonly string[]): Level | undefined {
  const known = new Set(statuses.map(levelOf));
  return known.has(undefined) ? undefined : order.find((level) => known.has(level));
}

/** By the first word: `OK - 3 checks`, `unavailable: Database error`. */
const levelOf = (status: string): Level | undefined =>
  words.get(
    /^[a-z]+(?:[ _-]of[ _-]service)?/i.exec(status.trim())?.[0].toLowerCase().replaceAll(/[ -]/g, '_') ?? '',
  );

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

const own = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** How operations on the database are tried again, and when they no longer are. */
export interface ResilienceSettings {
  /** Further tries after the first. @default 3 */
  maxRetries: number;
  /** Before the first further try, in ms; each wait after it is twice as long. @default 1000 */
  retryDelay: number;
  /** Failures in a row that open the circuit breaker. @default 5 */
  breakerThreshold: number;
  /** How long it stays open at most, in ms. @default 60_000 */
  breakerTimeout: number;
  /** After so many ms a failure is the last: a person waits for the answer. @default 6000 */
  patience: number;
  /** The longest that one try may take once it has a connection, in ms. @default 6000 */
  attemptTimeout: number;
}

/** The connections to a PostgreSQL server; times in ms. */
export interface PoolSettings {
  /** Most connections at once. @default 10 */
  max: number;
  /** @default 3000 */
  connectTimeout: number;
  /** The longest one statement may take. @default 5000 */
  statementTimeout: number;
  /** An unused connection is closed after it. @default 30_000 */
  idleTimeout: number;
  /** A connection is replaced after it. @default 1_800_000 */
  maxLifetime: number;
  /** A connection unused for so long is asked whether it lives before it is lent. @default 5000 */
  checkAfter: number;
}

/** What the environment says. */
export interface Settings {
  port: number;
  /** Absent: the embedded database. */
  databaseUrl: string | undefined;
  dataDir: string | undefined;
  log: 'silent' | 'events' | 'requests';
  resilience: ResilienceSettings;
  pool: PoolSettings;
}

export const RESILIENCE: ResilienceSettings = {
  maxRetries: 3,
  retryDelay: 1000,
  breakerThreshold: 5,
  breakerTimeout: 60_000,
  patience: 6000,
  attemptTimeout: 6000,
};

export const POOL: PoolSettings = {
  max: 10,
  connectTimeout: 3000,
  statementTimeout: 5000,
  idleTimeout: 30_000,
  maxLifetime: 30 * 60_000,
  checkAfter: 5000,
};

/** A variable of the environment that cannot be used: its name, its value and what was expected. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

type Environment = Record<string, string | undefined>;

/**
 * Reads the settings; an empty variable counts as absent.
 *
 * @throws {SettingError}
 */
export function readSettings(env: Environment): Settings {
  const number = (name: string, fallback: number, { least, most, whole }: Range): number => {
    const text = env[name]?.trim();
    if (!text) return fallback;
    const value = Number(text);
    const isFit = value >= least && value <= most && (!whole || Number.isInteger(value));
    if (isFit) return value;
    throw new SettingError(
      `${name}=${text}: expected a ${whole ? 'whole number' : 'number'} from ${least} to ${most}`,
    );
  };
  const count = (name: string, fallback: number, least: number, most: number) =>
    number(name, fallback, { least, most, whole: true });
  const seconds = (name: string, fallback: number, least: number, most: number) =>
    Math.round(number(name, fallback / 1000, { least, most, whole: false }) * 1000);

  return {
    port: count('PORT', 3000, 0, 65_534),
    databaseUrl: readDatabaseUrl(env),
    dataDir: env['DEMO_DATA'] || undefined,
    log: readLog(env['DEMO_LOG']),
    resilience: {
      ...RESILIENCE,
      maxRetries: count('CONNECTION_MAX_RETRIES', RESILIENCE.maxRetries, 0, 10),
      retryDelay: seconds('CONNECTION_RETRY_DELAY', RESILIENCE.retryDelay, 0, 10),
      breakerThreshold: count('CIRCUIT_BREAKER_THRESHOLD', RESILIENCE.breakerThreshold, 1, 1000),
      breakerTimeout: seconds('CIRCUIT_BREAKER_TIMEOUT', RESILIENCE.breakerTimeout, 0.1, 3600),
    },
    pool: {
      ...POOL,
      max: count('DATABASE_POOL_SIZE', POOL.max, 1, 100),
      connectTimeout: seconds('DATABASE_CONNECT_TIMEOUT', POOL.connectTimeout, 0.1, 10),
    },
  };
}

interface Range {
  least: number;
  most: number;
  whole: boolean;
}

/** `PG*` is read by the driver itself, and an address without parts leaves all of them to it. */
function readDatabaseUrl(env: Environment): string | undefined {
  const url = env['DATABASE_URL']?.trim();
  if (!url) return env['PGHOST'] || env['PGDATABASE'] ? 'postgres://' : undefined;
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return url;
  // It may hold a password.
  const shown = url.split(':', 1)[0];
  throw new SettingError(
    `DATABASE_URL=${shown}:…: expected an address such as postgres://user:password@host:5432/database`,
  );
}

function readLog(value = ''): Settings['log'] {
  const choices: Record<string, Settings['log']> = { '': 'events', 0: 'silent', 1: 'requests' };
  const log = choices[value];
  if (log) return log;
  throw new SettingError(
    `DEMO_LOG=${value}: expected 0 (nothing), 1 (requests too) or none (connection events)`,
  );
}

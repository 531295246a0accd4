import { expect, test } from '@playwright/test';
import { readSettings } from '../../demo/server/settings.js';

test('without variables the settings are those of the README', () => {
  expect(readSettings({})).toMatchObject({
    port: 3000,
    databaseUrl: undefined,
    log: 'events',
    resilience: { maxRetries: 3, retryDelay: 1000, breakerThreshold: 5, breakerTimeout: 60_000 },
    pool: { max: 10, connectTimeout: 3000 },
  });
});

test('the environment sets retries, breaker and pool, with durations in seconds', () => {
  const settings = readSettings({
    PORT: '8080',
    CONNECTION_MAX_RETRIES: '0',
    CONNECTION_RETRY_DELAY: '0.25',
    CIRCUIT_BREAKER_THRESHOLD: '7',
    CIRCUIT_BREAKER_TIMEOUT: '1.5',
    DATABASE_POOL_SIZE: '4',
    DATABASE_CONNECT_TIMEOUT: ' 2 ',
    DEMO_LOG: '1',
    DEMO_DATA: '',
  });
  expect(settings).toMatchObject({
    port: 8080,
    dataDir: undefined,
    log: 'requests',
    resilience: { maxRetries: 0, retryDelay: 250, breakerThreshold: 7, breakerTimeout: 1500 },
    pool: { max: 4, connectTimeout: 2000 },
  });
});

test('a database is named by its address, or by the variables that the driver reads itself', () => {
  const url = 'postgresql://ada:secret@db.example:5433/shop';
  expect(readSettings({ DATABASE_URL: url, PGHOST: 'other' }).databaseUrl).toBe(url);
  expect(readSettings({ PGHOST: 'db.example' }).databaseUrl).toBe('postgres://');
  expect(readSettings({ PGDATABASE: 'shop' }).databaseUrl).toBe('postgres://');
  expect(readSettings({ PGUSER: 'ada' }).databaseUrl).toBeUndefined();
});

test('a bad value is refused by name, with what was expected and never a password', () => {
  const wrong: [Record<string, string>, string][] = [
    [{ CONNECTION_MAX_RETRIES: '1.5' }, 'CONNECTION_MAX_RETRIES=1.5: expected a whole number from 0 to 10'],
    [{ CONNECTION_RETRY_DELAY: 'soon' }, 'CONNECTION_RETRY_DELAY=soon: expected a number from 0 to 10'],
    [
      { CIRCUIT_BREAKER_THRESHOLD: '0' },
      'CIRCUIT_BREAKER_THRESHOLD=0: expected a whole number from 1 to 1000',
    ],
    [{ CIRCUIT_BREAKER_TIMEOUT: '-1' }, 'CIRCUIT_BREAKER_TIMEOUT=-1: expected a number from 0.1 to 3600'],
    [{ PORT: '70000' }, 'PORT=70000: expected a whole number from 0 to 65534'],
    [{ DEMO_LOG: 'yes' }, 'DEMO_LOG=yes: expected 0 (nothing), 1 (requests too) or none (connection events)'],
    [
      { DATABASE_URL: 'mysql://ada:secret@db/shop' },
      'DATABASE_URL=mysql:…: expected an address such as postgres://user:password@host:5432/database',
    ],
  ];
  for (const [env, message] of wrong) expect(() => readSettings(env)).toThrow(message);
});

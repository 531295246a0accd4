import { expect, test } from '@playwright/test';
import { defaults, settle, type Options } from '../../src/options.js';

const given = (options: unknown) => () => settle(options as Options);

test('without options the settings are the defaults, and settling changes nothing of them', () => {
  const before = structuredClone(defaults);
  expect(settle()).toEqual(before);
  expect(settle(undefined, {})).toEqual(before);
  settle({ drafts: { delay: 1 }, retry: { limit: 9 }, messages: { a: 'b' } });
  expect(defaults).toEqual(before);
});

test('a later layer wins option by option, not group by group', () => {
  const settings = settle(
    { owner: '1', retry: { limit: 5, delay: 10 }, drafts: 'ask' },
    { owner: '2', retry: { delay: 20 }, drafts: { delay: 1 } },
    undefined,
    { retry: { jitter: false }, messages: { saved: 'Gespeichert' } },
  );
  expect(settings).toMatchObject({
    owner: '2',
    retry: { limit: 5, delay: 20, backoffLimit: 300_000, jitter: false },
    drafts: { mode: 'ask', delay: 1, maxWait: 2000 },
    messages: { saved: 'Gespeichert' },
  });
});

test('an option given as undefined is as one not given', () => {
  expect(settle({ owner: undefined, retry: { limit: undefined }, drafts: undefined })).toEqual(defaults);
});

test('false turns off what may be off, and a later layer turns it on again', () => {
  expect(settle({ idempotency: false, ui: false })).toMatchObject({ idempotency: false, ui: false });
  expect(settle({ idempotency: false }, { idempotency: { field: 'key' } }).idempotency).toEqual({
    header: 'Idempotency-Key',
    field: 'key',
  });
});

test('lists are replaced, not joined', () => {
  expect(settle({ drafts: { query: ['a', 'b'] } }, { drafts: { query: ['c'] } }).drafts.query).toEqual(['c']);
});

test('the signal is an option of start, not a setting', () => {
  expect(settle({ signal: new AbortController().signal })).toEqual(defaults);
});

test('no name reaches a prototype', () => {
  expect(given(JSON.parse('{"__proto__": {"owner": "x"}}'))).toThrow(
    /option "__proto__" is an object; expected one of the known/,
  );
  expect(given({ constructor: 1 })).toThrow(/option "constructor" is 1; expected one of the known/);
  settle(JSON.parse('{"messages": {"__proto__": "x"}}') as Options);
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});

const mistakes: [options: unknown, message: string | RegExp][] = [
  [null, 'the options are null; expected an object'],
  [[], 'the options are an array; expected an object'],
  ['x', 'the options are "x"; expected an object'],
  [{ ownr: 'x' }, /^option "ownr" is "x"; expected one of the known options: owner, health, /],
  [{ owner: 42 }, 'option "owner" is 42; expected a string'],
  [{ owner: null }, 'option "owner" is null; expected a string'],
  [
    { health: { intervall: 1 } },
    /^option "health\.intervall" is 1; expected one of the known options: url, interval, /,
  ],
  [{ health: { interval: 0 } }, 'option "health.interval" is 0; expected a number greater than 0'],
  [{ health: { timeout: '5s' } }, 'option "health.timeout" is "5s"; expected a number greater than 0'],
  [{ health: { slow: Number.NaN } }, 'option "health.slow" is NaN; expected a number greater than 0'],
  [{ health: '' }, 'option "health" is ""; expected a URL of this site'],
  [{ delivery: 'post' }, 'option "delivery" is "post"; expected "native" or "fetch"'],
  [{ unknown: true }, 'option "unknown" is true; expected "replay" or "ask"'],
  [{ drafts: 'on' }, 'option "drafts" is "on"; expected "auto" or "ask" or "off"'],
  [{ drafts: { delay: -1 } }, 'option "drafts.delay" is -1; expected a number of 0 or more'],
  [{ drafts: { maxAge: Infinity } }, 'option "drafts.maxAge" is Infinity; expected a number greater than 0'],
  [{ drafts: { query: 'page' } }, 'option "drafts.query" is "page"; expected an array of strings'],
  [{ drafts: { query: [1] } }, 'option "drafts.query" is an array; expected an array of strings'],
  [{ retry: 3 }, 'option "retry" is 3; expected an object'],
  [{ retry: { jitter: 'yes' } }, 'option "retry.jitter" is "yes"; expected true or false'],
  [{ outbox: { maxEntries: 0 } }, 'option "outbox.maxEntries" is 0; expected a number greater than 0'],
  [{ breaker: { threshold: '5' } }, 'option "breaker.threshold" is "5"; expected a number greater than 0'],
  [{ idempotency: true }, 'option "idempotency" is true; expected false'],
  [{ idempotency: { field: '' } }, 'option "idempotency.field" is ""; expected a non-empty string'],
  [{ csrf: 'django' }, 'option "csrf" is "django"; expected "auto"'],
  [
    { csrf: { token: 'x' } },
    /^option "csrf\.token" is "x"; expected one of the known options: field, header, /,
  ],
  [{ signIn: '' }, 'option "signIn" is ""; expected a non-empty string'],
  [{ ui: true }, 'option "ui" is true; expected false'],
  [{ ui: { position: 'left' } }, /^option "ui\.position" is "left"; expected "bottom-end" or /],
  [{ messages: [] }, 'option "messages" is an array; expected an object of strings'],
  [{ messages: { saved: 1 } }, 'option "messages.saved" is 1; expected a string'],
  [{ debug: 1 }, 'option "debug" is 1; expected true or false'],
  [{ signal: {} }, 'option "signal" is an object; expected an AbortSignal'],
];

for (const [options, message] of mistakes) {
  test(`a mistake is named with option, value and expectation: ${JSON.stringify(options)}`, () => {
    const run = given(options);
    expect(run).toThrow(TypeError);
    expect(run).toThrow(
      typeof message === 'string'
        ? `resilient-forms: ${message}`
        : new RegExp(message.source.replace(/^\^/, '^resilient-forms: ')),
    );
  });
}

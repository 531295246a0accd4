import { expect, test } from '@playwright/test';
import { english } from '../../src/ui/english.js';
import { createMessages } from '../../src/ui/messages.js';

test('places are filled in, and the count chooses the plural form', { tag: '@U06' }, () => {
  const text = createMessages();
  expect(text('queued', { count: 1 })).toBe('Your submission is safe on this device.');
  expect(text('queued', { count: 2 })).toBe('2 submissions are safe on this device.');
  expect(text('queued', { count: 1200 })).toContain('1,200');
});

test('every English text is replaceable, and a language brings its own plural forms', { tag: '@U06' }, () => {
  const all = createMessages(
    Object.fromEntries(Object.keys(english).map((key) => [key, key === 'locale' ? 'de' : `[${key}]`])),
  );
  expect(all('show')).toBe('[show]');
  expect(all('queued', { count: 1 })).toBe('[queued.one]');

  const polish = createMessages({
    locale: 'pl',
    'waiting.one': '{count} czeka',
    'waiting.few': '{count} czekają',
    'waiting.many': '{count} czeka (wiele)',
    'waiting.other': '{count} czeka (inne)',
  });
  expect([1, 3, 5, 1.5].map((count) => polish('waiting', { count }))).toEqual([
    '1 czeka',
    '3 czekają',
    '5 czeka (wiele)',
    '1,5 czeka (inne)',
  ]);
});

test('a plural form that a language did not give falls back to its other', { tag: '@U06' }, () => {
  const text = createMessages({ locale: 'pl', 'waiting.other': 'x{count}' });
  expect(text('waiting', { count: 3 })).toBe('x3');
});

test('an unknown key or a bad language tag is a TypeError that names it', { tag: '@U06' }, () => {
  expect(() => createMessages({ 'queued.oen': 'x' })).toThrow(/messages\.queued\.oen/);
  expect(() => createMessages({ toString: 'x' })).toThrow(/messages\.toString/);
  expect(() => createMessages({ 'show.one': 'x' })).toThrow(/messages\.show\.one/);
  expect(() => createMessages({ locale: 'not a tag' })).toThrow(TypeError);
});

test('a value is put in as it is, whatever it looks like', { tag: '@U07' }, () => {
  const text = createMessages();
  const title = '<img src=x onerror=alert(1)> $& {age} {count}';
  expect(text('about', { title, age: 'now' })).toBe(`“${title}”, submitted now.`);
});

test(
  'ages and waits are whole units of the language, never "in the future" for an age',
  { tag: '@U06' },
  () => {
    const text = createMessages();
    const now = Date.now();
    expect(text.age(now - 2 * 3_600_000 - 5000)).toBe('2 hours ago');
    expect(text.age(now - 25 * 3_600_000)).toBe('1 day ago');
    expect(text.age(now + 60_000)).toBe('1 second ago');
    expect(text.until(now + 90_500)).toBe('in 1 minute');
    expect(text.until(now - 5000)).toBe('in 1 second');
    expect(createMessages({ locale: 'de' }).age(now - 61_000)).toBe('vor 1 Minute');
  },
);

test('the second sentence of a message is its own, counted text, or none', { tag: '@U06' }, () => {
  const text = createMessages();
  expect(text.detail('queued')).toContain('when the server is back');
  expect(text.detail('conflict', { count: 2, age: 'now' })).toBe('2 fields differ from what you typed now.');
  expect(text.detail('back')).toBe('');
});

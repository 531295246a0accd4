import { expect, test } from '@playwright/test';
import { keyOf, partsOf, scopeOf } from '../../src/drafts/scope.js';

const scope = (page: string, query: string[] = [], name = 'f', ordinal = 0) =>
  scopeOf({ name, title: '', page: `https://site.test${page}` }, query, ordinal);

test('one object never meets another', { tag: '@D12' }, () => {
  expect(scope('/book/1/change/')).not.toBe(scope('/book/2/change/'));
  expect(scope('/book/1/change/')).toBe(scope('/book/1/change/'));
});

test('forms of other names, and second forms, have their own draft', { tag: '@D12' }, () => {
  expect(scope('/a', [], 'one')).not.toBe(scope('/a', [], 'two'));
  expect(scope('/a', [], 'one', 1)).not.toBe(scope('/a', [], 'one', 0));
});

test('only chosen query parameters count, in any order', { tag: '@D12' }, () => {
  expect(scope('/a?utm=1')).toBe(scope('/a'));
  expect(scope('/a?id=1', ['id'])).not.toBe(scope('/a?id=2', ['id']));
  expect(scope('/a?id=1&x=2', ['x', 'id'])).toBe(scope('/a?x=2&id=1', ['id', 'x']));
});

test('names with separators in them cannot be taken for other keys', { tag: '@D12' }, () => {
  expect(scope('/a', [], 'b"],["c')).not.toBe(scope('/a', [], 'b'));
  expect(keyOf('a","b', 'c', 'd')).not.toBe(keyOf('a', 'b","c', 'd'));
});

test('a key tells owner, scope and tab', () => {
  expect(partsOf(keyOf('__proto__', scope('/a'), 't'))).toEqual({
    owner: '__proto__',
    scope: scope('/a'),
    tab: 't',
  });
  for (const other of ['', 'x', '[]', '["a","b"]', '["a","b",1]', 'null'])
    expect(partsOf(other)).toBeUndefined();
});

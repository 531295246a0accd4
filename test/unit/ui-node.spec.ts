import { expect, test } from '@playwright/test';

test('the package can be imported where there is no document', { tag: '@H05' }, async () => {
  expect(typeof document).toBe('undefined');
  const { start } = await import('../../src/index.js');
  expect(typeof start).toBe('function');
});

import { readFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { defaults } from '../../src/options.js';

const readme = () => readFile('README.md', 'utf8');

test('the size that the README tells is the size of the script tag build', async () => {
  const told = Number(/(\d+) kB with everything in it/.exec(await readme())?.[1]);
  const { length } = brotliCompressSync(await readFile('dist/resilient-forms.min.js'));
  expect(told).toBe(Math.ceil(length / 1000));
});

test('the README shows working markup within its first 15 lines, and names every option', async () => {
  const text = await readme();
  const top = text.split('\n').slice(0, 15).join('\n');
  expect(top).toContain('<script src=');
  expect(top).toContain('data-resilient');
  for (const option of Object.keys(defaults))
    expect(text).toMatch(new RegExp(`^\\| \`${option}\`\\s+\\|`, 'm'));
});

import { build } from 'esbuild';

/**
 * Source modules as one classic script whose exports are a global of that name: for tests of a layer that no public
 * surface shows by itself, in a real browser.
 *
 * @example await bundle('layer', "export * from './outbox/encode.js'")
 */
export async function bundle(global: string, exports: string): Promise<string> {
  const root = new URL('../../src/', import.meta.url).pathname;
  const { outputFiles } = await build({
    stdin: { contents: exports, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: global,
    target: 'es2022',
  });
  return outputFiles[0]!.text;
}

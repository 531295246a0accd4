import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer } from './types.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Serves the fixtures of test/pages, the built files, and the packages the built module imports. */
export function createStaticFiles(dist = process.env['RESILIENT_DIST'] ?? join(ROOT, 'dist')) {
  const folders: Record<string, string> = {
    '/pages/': join(ROOT, 'test', 'pages'),
    '/dist/': dist,
    '/node_modules/ky/': join(ROOT, 'node_modules', 'ky'),
    '/node_modules/idb-keyval/': join(ROOT, 'node_modules', 'idb-keyval'),
    '/node_modules/nanoevents/': join(ROOT, 'node_modules', 'nanoevents'),
  };

  return async (path: string): Promise<Answer | undefined> => {
    const prefix = Object.keys(folders).find((prefix) => path.startsWith(prefix));
    const folder = prefix && folders[prefix];
    if (!folder) return undefined;
    const file = join(folder, decodeURIComponent(path.slice(prefix.length)));
    if (!file.startsWith(folder + sep)) return undefined;
    const body = await readFile(file).catch(() => undefined);
    return body && { status: 200, headers: { 'content-type': TYPES[extname(file)] ?? 'text/plain' }, body };
  };
}

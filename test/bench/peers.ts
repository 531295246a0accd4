import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);

/** The script of each peer as its users load it; not dependencies of ours, since one of them drags in a bundler. */
const files = {
  jquery: ['jquery@3.7.1', 'dist/jquery.min.js'],
  sisyphus: ['sisyphus.js@1.1.3', 'sisyphus.min.js'],
  garlic: ['garlicjs@1.4.2', 'dist/garlic.min.js'],
} as const;

/** The queue that others put failed requests in, and what it is made of. */
const workbox = { 'workbox-background-sync': '7.4.1', 'workbox-core': '7.4.1', idb: '7.1.1' } as const;

export type Peers = Record<keyof typeof files, string>;

/** Fetches the peers' packages, without what they depend on, and returns their scripts. */
export async function fetchPeers(): Promise<Peers> {
  const folder = await mkdtemp(join(tmpdir(), 'resilient-bench-'));
  try {
    const entries = await Promise.all(
      Object.entries(files).map(async ([name, [spec, path]]) => [name, await scriptOf(folder, spec, path)]),
    );
    return Object.fromEntries(entries) as Peers;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Workbox's queue as a script, `workbox.Queue`: bundled from its packages, as its users do. */
export async function fetchWorkbox(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'resilient-bench-'));
  try {
    const modules = join(folder, 'node_modules');
    for (const [name, version] of Object.entries(workbox)) {
      await mkdir(modules, { recursive: true });
      await rename(await unpacked(folder, `${name}@${version}`), join(modules, name));
    }
    const { outputFiles } = await build({
      stdin: { contents: "export { Queue } from 'workbox-background-sync'", resolveDir: folder },
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'workbox',
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    return outputFiles[0]!.text;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function scriptOf(folder: string, spec: string, path: string): Promise<string> {
  return readFile(join(await unpacked(folder, spec), path), 'utf8');
}

/** The folder with the package's files. */
async function unpacked(folder: string, spec: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', spec, '--json', '--pack-destination', folder], {
    cwd: folder,
  });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const target = await mkdtemp(join(folder, 'package-'));
  await run('tar', ['-xzf', join(folder, filename), '-C', target]);
  return join(target, 'package');
}

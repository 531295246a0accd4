import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The script of each peer as its users load it; not dependencies of ours, since one of them drags in a bundler. */
const files = {
  jquery: ['jquery@3.7.1', 'dist/jquery.min.js'],
  sisyphus: ['sisyphus.js@1.1.3', 'sisyphus.min.js'],
  garlic: ['garlicjs@1.4.2', 'dist/garlic.min.js'],
} as const;

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

async function scriptOf(folder: string, spec: string, path: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', spec, '--json', '--pack-destination', folder], {
    cwd: folder,
  });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const target = await mkdtemp(join(folder, 'package-'));
  await run('tar', ['-xzf', join(folder, filename), '-C', target]);
  return readFile(join(target, 'package', path), 'utf8');
}

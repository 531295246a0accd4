import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from '@playwright/test';
import type { BrowserContext, Page } from '@playwright/test';
import { CHROMIUM_ARGS, wholeBrowser } from './launch.js';

export interface KillableBrowser {
  context: BrowserContext;
  page: Page;
  /** Folder of the profile; give it to `openBrowser` to open the same one again. */
  profile: string;
  /** SIGKILL of the browser with all its processes, as by a power cut; resolves when they are gone. */
  kill(): Promise<void>;
}

export type OpenBrowser = (options?: { profile?: string }) => Promise<KillableBrowser>;

/** Opens browsers of a test's own, each a process group with a profile on disk, and removes all of them. */
export async function createBrowserOpener(): Promise<{ open: OpenBrowser; close: () => Promise<void> }> {
  const profiles: string[] = [];
  const kills: Array<() => Promise<void>> = [];

  const open: OpenBrowser = async (options = {}) => {
    const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'resilient-profile-')));
    if (options.profile === undefined) profiles.push(profile);
    await removeLocks(profile);
    const child = launch(profile);
    const kill = () => killGroup(child);
    kills.push(kill);
    const browser = await chromium.connectOverCDP(await endpointOf(child));
    const context = browser.contexts()[0]!;
    const page = context.pages()[0] ?? (await context.newPage());
    return { context, page, profile, kill };
  };

  const close = async () => {
    for (const kill of kills) await kill();
    for (const profile of profiles) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };

  return { open, close };
}

/** Kills the tab's renderer, as the system does when memory runs out; the browser lives on. */
export async function tabKill(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  // Never answered: what would answer is gone.
  session.send('Page.crash').catch(() => {});
  await crashed;
}

function launch(profile: string): ChildProcess {
  const path = wholeBrowser().executablePath ?? chromium.executablePath();
  const args = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...CHROMIUM_ARGS];
  // Detached: a process group of its own, so that one signal reaches every process of the browser.
  return spawn(path, [...args, 'about:blank'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    // What a killed browser leaves behind goes with its profile.
    env: { ...process.env, TMPDIR: profile },
  });
}

async function endpointOf(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stderr! });
  const said: string[] = [];
  for await (const line of lines) {
    const endpoint = /DevTools listening on (\S+)/.exec(line)?.[1];
    if (endpoint) {
      // Read on, or the browser stops when the pipe is full.
      child.stderr!.resume();
      return endpoint;
    }
    said.push(line);
  }
  throw new Error(`the browser ended before it listened: ${said.slice(-5).join(' | ')}`);
}

async function killGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'close');
  process.kill(-child.pid, 'SIGKILL');
  await exited;
}

/** A killed browser leaves its lock, and the next one would take the profile for one in use. */
async function removeLocks(profile: string): Promise<void> {
  const locks = ['SingletonLock', 'SingletonSocket', 'SingletonCookie', 'DevToolsActivePort'];
  for (const lock of locks) await rm(join(profile, lock), { force: true });
}

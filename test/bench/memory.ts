import { readFile } from 'node:fs/promises';
import type { Browser, Page } from '@playwright/test';

/** Resident memory of the process that runs a page, kB; Linux only. */
export async function memoryOf(browser: Browser, page: Page) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  await page.evaluate('1');
  const sample = async () => {
    const sizes = await Promise.all(renderers.map(residentOf));
    return Math.max(...sizes);
  };
  return {
    now: sample,
    /** Samples until it is asked for the most. */
    most: () => {
      let most = 0;
      const end = new AbortController();
      const sampling = (async () => {
        while (!end.signal.aborted) {
          most = Math.max(most, await sample());
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      })();
      return async () => {
        end.abort();
        await sampling;
        return most;
      };
    },
  };
}

async function residentOf(process: number): Promise<number> {
  const status = await readFile(`/proc/${process}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
}

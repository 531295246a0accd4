import type { Page } from '@playwright/test';
import type { EntrySummary } from '../../src/types.js';
import type { createMessages } from '../../src/ui/messages.js';
import type { createUi, Ui, UiDeps } from '../../src/ui/ui.js';
import { htmlPage } from './answers.js';
import { bundle } from './bundle.js';
import type { Site } from './fixtures.js';

/** An entry of the list, as of some time ago. */
export const listed = (id: string, more: Partial<EntrySummary> & { answer?: string } = {}) => ({
  id,
  owner: '',
  url: '/orders/',
  lane: id,
  form: { name: 'order', title: 'New order', page: '/orders/' },
  state: 'waiting' as const,
  attempts: 0,
  createdAt: Date.now() - 7_200_000 + Number(id),
  nextAttemptAt: 0,
  size: 1200,
  history: [],
  ...more,
});

type Listed = ReturnType<typeof listed>;
type World = Window & {
  layer: { createUi: typeof createUi; createMessages: typeof createMessages };
  ui: Ui;
  called: string[];
};

/** The interface alone, with a list that the test gives it, open. Returns what it asked for. */
export async function openPanel(
  page: Page,
  site: Site,
  entries: Listed[],
  given: { connected?: boolean; doubt?: boolean } = {},
) {
  const code = await bundle('layer', "export * from './ui/ui.js'; export * from './ui/messages.js'");
  const head = '<meta name="viewport" content="width=device-width">';
  site.page('/panel/', htmlPage({ head, body: '<main><h1>Orders</h1><p>A page.</p></main>' }));
  await page.goto('/panel/');
  await page.addScriptTag({ content: code });
  await page.evaluate(
    ({ entries, connected, doubt }) => {
      const world = window as unknown as World;
      world.called = [];
      let list: typeof entries = entries;
      const update = () =>
        world.ui.update({
          status: {
            state: connected ? 'online' : 'unreachable',
            since: 0,
            breaker: 'closed',
            queued: 1,
            held: 0,
          },
          entries: list,
          storage: 'durable',
          nextCheckAt: () => Date.now() + 20_000,
          pausedUntil: () => undefined,
        });
      const actions: UiDeps['actions'] = {
        check: () => void world.called.push('check'),
        send: (id) => void world.called.push(`send ${id}`),
        edit: async (id) => void world.called.push(`edit ${id}`),
        discard: async (id) => {
          list = list.filter((entry) => entry.id !== id);
          update();
          return doubt ? 'in-doubt' : 'discarded';
        },
        bringBack: async () => {
          list = entries;
          update();
          return true;
        },
        forget: (ids) => void world.called.push(`forget ${ids.join()}`),
        exportFile: async () => new Blob(['[]']),
      };
      world.ui = world.layer.createUi({
        options: { position: 'bottom-end' },
        text: world.layer.createMessages(),
        actions,
        signal: new AbortController().signal,
      });
      update();
      world.ui.open();
    },
    { entries, connected: given.connected ?? false, doubt: given.doubt ?? false },
  );
  return {
    called: () => page.evaluate(() => (window as unknown as World).called),
    progress: (id: string, sent: number, total: number) =>
      page.evaluate(([id, sent, total]) => (window as unknown as World).ui.progress(id, sent, total), [
        id,
        sent,
        total,
      ] as const),
    sent: (entry: Listed, result: { url?: string; words: string }) =>
      page.evaluate(({ entry, result }) => (window as unknown as World).ui.sent(entry, result), {
        entry,
        result,
      }),
    update: (entries: Listed[]) =>
      page.evaluate(
        (entries) =>
          (window as unknown as World).ui.update({
            status: { state: 'online', since: 0, breaker: 'closed', queued: 0, held: 0 },
            entries,
            storage: 'durable',
            nextCheckAt: () => undefined,
            pausedUntil: () => undefined,
          }),
        entries,
      ),
  };
}

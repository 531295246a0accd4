import { uuid } from './uuid.js';

const item = 'resilient-forms:tab';
const lockName = (tab: string) => `resilient-forms:tab:${tab}`;

/** Longest wait for the document before this one in the tab to let go of its id, milliseconds. */
const patience = 500;

export interface Tabs {
  /** Identifies this tab, over reloads too. */
  readonly id: string;
  /** Whether a document that is alive now has this id. `false` where the browser cannot tell. */
  isOpen(tab: string): Promise<boolean>;
}

/**
 * Gives the tab its id. It lies in `sessionStorage`, of which a duplicated tab and a pop-up get a copy: a lock, held while
 * the document lives and let go at `pagehide` (a held lock keeps a page out of the back/forward cache), tells them apart.
 */
export async function createTabs(signal: AbortSignal): Promise<Tabs> {
  let id = recall() ?? remember(uuid());
  let hold: AbortController | undefined;

  const claim = async (): Promise<void> => {
    if (!('locks' in navigator)) return;
    hold = new AbortController();
    const mine = hold;
    if (await held(lockName(id), mine.signal)) return;
    if (mine.signal.aborted) return;
    id = remember(uuid());
    await held(lockName(id), mine.signal);
  };
  addEventListener('pagehide', () => hold?.abort(), { signal });
  addEventListener('pageshow', (event) => event.persisted && void claim(), { signal });
  signal.addEventListener('abort', () => hold?.abort(), { once: true });
  await claim();

  return {
    get id() {
      return id;
    },
    isOpen: async (tab) => {
      if (!('locks' in navigator)) return false;
      const { held } = await navigator.locks.query();
      return held?.some((lock) => lock.name === lockName(tab)) ?? false;
    },
  };
}

/** Whether the lock was had; it is kept until the signal aborts. */
function held(name: string, release: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const giveUp = AbortSignal.any([release, AbortSignal.timeout(patience)]);
    const keep = () => {
      resolve(true);
      return new Promise<void>((done) => release.addEventListener('abort', () => done(), { once: true }));
    };
    giveUp.addEventListener('abort', () => resolve(false), { once: true });
    navigator.locks.request(name, { signal: giveUp }, keep).catch(() => resolve(false));
  });
}

function recall(): string | undefined {
  try {
    return sessionStorage.getItem(item) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(tab: string): string {
  try {
    sessionStorage.setItem(item, tab);
  } catch {
    // Without storage every document is a tab of its own.
  }
  return tab;
}

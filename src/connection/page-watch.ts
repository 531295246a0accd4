import type { createTimer } from '../lib/timer.js';

/** The parts of a page that hint at the network. */
export interface Page {
  window: EventTarget;
  document: EventTarget & {
    readonly visibilityState: DocumentVisibilityState;
    readonly prerendering?: boolean;
  };
  navigator: { readonly onLine: boolean };
}

/** `return`: a person or the page came back. `network`: the network changed, so that what is under way may hang. */
export type Hint = 'return' | 'network';

export interface PageWatchDeps {
  page: Page;
  onHint: (hint: Hint) => void;
  /** The page is put away: nothing may be left open. */
  onLeave: () => void;
  now: () => number;
  timer: typeof createTimer;
  signal: AbortSignal;
}

export interface PageWatch {
  /** Epoch milliseconds, `undefined` while it is seen. */
  hiddenSince(): number | undefined;
  /** Requests that fail now fail because the page goes away. */
  isLeaving(): boolean;
  saysOffline(): boolean;
}

/** `beforeunload` may come to nothing: a download, or a person who stays. */
const longestLeave = 10_000;
const beat = 1000;
/** A beat this late means that the device slept. */
const sleep = 10_000;

export function createPageWatch({ page, onHint, onLeave, now, timer, signal }: PageWatchDeps): PageWatch {
  const { window, document } = page;
  let leavingUntil = 0;
  let hiddenSince = isSeen() ? undefined : document.prerendering ? -Infinity : now();
  let lastBeat = now();

  function isSeen(): boolean {
    return document.visibilityState === 'visible';
  }

  /** After sleep no event comes, and timers go on where they stopped: only the clock shows it. */
  const pulse = timer(() => {
    const late = now() - lastBeat - beat;
    startPulse();
    if (late > sleep) onHint('network');
  }, signal);

  function startPulse(): void {
    lastBeat = now();
    pulse.at(lastBeat + beat);
  }

  function comeBack(): void {
    leavingUntil = 0;
    look();
    if (isSeen()) onHint('return');
  }

  function look(): void {
    if (!isSeen()) {
      hiddenSince ??= now();
      pulse.clear();
      return;
    }
    hiddenSince = undefined;
    startPulse();
  }

  const on = (target: EventTarget, name: string, listener: () => void) =>
    target.addEventListener(name, listener, { signal });

  on(window, 'beforeunload', () => (leavingUntil = now() + longestLeave));
  on(window, 'pagehide', () => {
    leavingUntil = Infinity;
    pulse.clear();
    onLeave();
  });
  on(window, 'pageshow', comeBack);
  on(document, 'visibilitychange', () => {
    look();
    if (isSeen()) onHint('return');
  });
  on(document, 'prerenderingchange', comeBack);
  on(window, 'focus', () => onHint('return'));
  on(window, 'online', () => onHint('network'));
  on(window, 'offline', () => onHint('network'));
  if (isSeen()) startPulse();

  return {
    hiddenSince: () => hiddenSince,
    isLeaving: () => now() < leavingUntil,
    saysOffline: () => !page.navigator.onLine,
  };
}

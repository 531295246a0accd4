import { createTimer } from '../lib/timer.js';
import { h } from './dom.js';

export interface Announcer {
  /** Has a screen reader read the text out: at once (`alert`), or when it has finished what it is saying. */
  say(text: string, role: 'status' | 'alert'): void;
  /** Takes back what was read out, before the regions move: a region that appears with text in it may be read again. */
  clear(): void;
}

const kept = 10_000;

/** Live regions that are there, empty, before their first message: a region that comes with its message is not read. */
export function createAnnouncer({ root, signal }: { root: ShadowRoot; signal: AbortSignal }): Announcer {
  // Not atomic: with the implied `true`, each new message would have the ones before it read again.
  const region = (role: string) => h('div', { role, class: 'unseen', 'aria-atomic': 'false' });
  const regions = { status: region('status'), alert: region('alert') };
  root.append(regions.status, regions.alert);

  const clear = () => {
    regions.status.replaceChildren();
    regions.alert.replaceChildren();
  };
  const timer = createTimer(clear, signal);

  return {
    clear,
    say(text, role) {
      regions[role].append(h('p', {}, text));
      timer.at(Date.now() + kept);
    },
  };
}

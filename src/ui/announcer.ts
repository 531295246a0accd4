import { createTimer } from '../lib/timer.js';
import { h } from './dom.js';

export interface Announcer {
  /**
   * Has a screen reader read the text out: at once (`alert`), or when it has finished what it is saying. Of several on one topic
   * in quick succession, as of a count that grows, it is given the first and the last.
   */
  say(text: string, role: 'status' | 'alert', topic?: string): void;
  /** Takes back what was read out, before the regions move: a region that appears with text in it may be read again. */
  clear(): void;
}

const kept = 10_000;
/** Quick succession, milliseconds. */
const apart = 1000;

/** Live regions that are there, empty, before their first message: a region that comes with its message is not read. */
export function createAnnouncer({ root, signal }: { root: ShadowRoot; signal: AbortSignal }): Announcer {
  // Not atomic: with the implied `true`, each new message would have the ones before it read again.
  const region = (role: string) => h('div', { role, class: 'unseen', 'aria-atomic': 'false' });
  const regions = { status: region('status'), alert: region('alert') };
  root.append(regions.status, regions.alert);

  const said = new Map<string, { element: HTMLElement; at: number }>();
  const waiting = new Map<string, string>();

  const clear = () => {
    for (const { element } of said.values()) element.remove();
    said.clear();
  };
  const put = (text: string, role: 'status' | 'alert', topic: string) => {
    said.get(topic)?.element.remove();
    waiting.delete(topic);
    const element = h('p', {}, text);
    regions[role].append(element);
    said.set(topic, { element, at: Date.now() });
    clearing.at(Date.now() + kept);
  };
  const clearing = createTimer(clear, signal);
  const catchUp = createTimer(() => {
    for (const [topic, text] of waiting) put(text, 'status', topic);
  }, signal);

  return {
    clear,
    say(text, role, topic = text) {
      const last = said.get(topic);
      if (role === 'alert' || !last || last.at + apart < Date.now()) return put(text, role, topic);
      waiting.set(topic, text);
      catchUp.at(Date.now() + apart);
    },
  };
}

import type { EntrySummary, EventMap, Status, SubmissionEvent } from '../../src/types.js';
import { createMessages } from '../../src/ui/messages.js';
import { createNarrator } from '../../src/ui/narrate.js';
import type { Notice } from '../../src/ui/notice.js';

type Listener = (payload: never) => void;

/** A narrator whose notices are kept, as a person would have seen them. */
export function listen({
  signIn,
  storage = 'durable',
}: { signIn?: string; storage?: 'durable' | 'memory' } = {}) {
  const listeners = new Map<string, Set<Listener>>();
  const said: Notice[] = [];
  const shown = new Map<string, Notice>();
  const called: string[] = [];
  const entries = new Map<string, EntrySummary>();
  const results = new Map<string, { url?: string; words: string }>();
  const stop = new AbortController();
  let sendable = false;
  const narrator = createNarrator({
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => set.delete(listener);
    },
    notify(notice) {
      said.push(notice);
      shown.set(notice.id, notice);
      return () => {
        if (shown.get(notice.id) === notice) shown.delete(notice.id);
      };
    },
    text: createMessages(),
    actions: {
      send: (id) => void called.push(`send ${id}`),
      undo: (key) => void called.push(`undo ${key}`),
      resolve: (key, choice) => void called.push(`resolve ${key} ${choice}`),
      open: (discard) => void called.push(`open ${discard ?? ''}`),
    },
    entry: (id) => entries.get(id),
    result: (id) => results.get(id),
    storage: () => storage,
    canSend: () => sendable,
    label: (_form, name) => `label of ${name}`,
    signIn,
    signal: stop.signal,
  });
  const emit = <Name extends keyof EventMap>(name: Name, payload: Parameters<EventMap[Name]>[0]) => {
    for (const listener of listeners.get(name) ?? []) listener(payload as never);
  };
  const status = (state: Status['state'], more: Partial<Status> = {}) => {
    sendable = (state === 'online' || state === 'degraded') && more.breaker !== 'open';
    emit('status', { state, since: 0, breaker: 'closed', queued: 0, held: 0, ...more });
  };
  return { narrator, emit, status, said, shown, called, entries, results, stop };
}

export const form = {} as HTMLFormElement;
export const submission = (id: string, more: Partial<SubmissionEvent> = {}): SubmissionEvent => ({
  id,
  form,
  lane: 'order',
  state: 'waiting',
  attempts: 0,
  ...more,
});
export const entry = (id: string, more: Partial<EntrySummary> = {}): EntrySummary => ({
  id,
  owner: '',
  url: 'https://shop.example/orders/',
  lane: 'order',
  form: { name: 'order', title: 'New order', page: 'https://shop.example/' },
  state: 'waiting',
  attempts: 1,
  createdAt: Date.now() - 7_200_000,
  nextAttemptAt: 0,
  size: 10,
  history: [],
  ...more,
});
export const texts = (said: readonly Notice[]) => said.map(({ text }) => text);

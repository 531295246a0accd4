import type { EntryRecord } from '../storage/records.js';
import type { Body } from '../types.js';
import { createDiscarded, type DiscardedDeps } from './discarded.js';
import { heldForEdit, mayHaveArrived } from './entry.js';
import { exportEntry, exportFile, type ExportedEntry } from './export.js';
import type { Queue } from './queue.js';

/** What a person can do with an entry of their own, besides sending it. */
export interface ByHand {
  /** Takes an entry out of the outbox; `bringBack` can undo that for an hour, until `forget`. */
  setAside(id: string): Promise<SetAside | undefined>;
  /** `undefined` when it is too late. */
  bringBack(id: string): Promise<EntryRecord | undefined>;
  forget(ids: readonly string[]): Promise<void>;
  /** Keeps an entry here for its person to correct; `undefined` while it is being sent, or gone. */
  holdForEdit(id: string): Promise<EntryRecord | undefined>;
  body(id: string): Promise<Body | undefined>;
  /** Everything that waits, as JSON-ready data, values and files included: for the person it belongs to. */
  export(): Promise<ExportedEntry[]>;
  /** The same as a JSON file. */
  exportFile(): Promise<Blob>;
}

export interface SetAside {
  entry: EntryRecord;
  /** The server may have it all the same. */
  inDoubt: boolean;
}

export interface ByHandDeps extends DiscardedDeps {
  queue: Queue;
  say(name: 'queued' | 'held', entry: EntryRecord): void;
  /** It was taken out of the outbox, and may be brought back yet. */
  sayAside(entry: EntryRecord): void;
  wake(): void;
}

export function createByHand(deps: ByHandDeps): ByHand {
  const { queue, say, sayAside, wake } = deps;
  const discarded = createDiscarded(deps);
  return {
    setAside: async (id) => {
      const entry = await queue.setAside(id);
      if (entry) sayAside(entry);
      // What it held up may go on.
      wake();
      return entry && { entry, inDoubt: mayHaveArrived(entry) };
    },
    bringBack: async (id) => {
      const entry = await discarded.bringBack(id);
      if (entry) say(entry.state === 'held' ? 'held' : 'queued', entry);
      wake();
      return entry;
    },
    forget: discarded.forget,
    holdForEdit: async (id) => {
      let before: EntryRecord | undefined;
      const next = await queue.update(id, (entry) => heldForEdit((before = entry)));
      if (next && next !== before) say('held', next);
      return next?.state === 'held' ? next : undefined;
    },
    body: queue.body,
    export: async () =>
      Promise.all((await queue.list()).map(async (entry) => exportEntry(entry, await queue.body(entry.id)))),
    exportFile: async () => exportFile(await queue.list(), queue.body),
  };
}

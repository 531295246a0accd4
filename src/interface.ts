import type { Events } from './events.js';
import type { Settings } from './options.js';
import type { EntryRecord } from './storage/records.js';
import type { Status } from './types.js';
import { labelOf } from './ui/labels.js';
import { createMessages } from './ui/messages.js';
import { createNarrator, type Narrator } from './ui/narrate.js';
import type { Result } from './ui/sent-list.js';
import { createUi, type UiDeps } from './ui/ui.js';

export interface Interface {
  update(status: Status, entries: readonly EntryRecord[]): void;
  /** Absent where nobody sees anything. */
  readonly narrator: Narrator | undefined;
  /** A form of this page has submissions waiting from before; said until none of them waits. */
  waitingHere(ids: readonly string[], edit: (() => Promise<void>) | undefined): void;
  /** So much of an entry's body is out, bytes. */
  progress(id: string, sent: number, total: number): void;
  /** An entry was sent by this page, and this is what came of it. To be told before the event. */
  sent(entry: EntryRecord, result: Result): void;
}

export interface InterfaceDeps {
  settings: Settings;
  on: Events['on'];
  isDurable(): boolean;
  /** Whether a submission would go out now. */
  canSend(): boolean;
  /** When the server is asked next, epoch milliseconds. */
  nextCheckAt(): number | undefined;
  /** Until when nothing is sent after failures, epoch milliseconds. */
  pausedUntil(): number | undefined;
  actions: UiDeps['actions'] & {
    undo(key: string): Promise<void>;
    resolve(key: string, choice: 'mine' | 'page'): Promise<void>;
  };
  entry(id: string): EntryRecord | undefined;
  signal: AbortSignal;
}

/**
 * The interface and its words, or, with `ui: false`, nothing that anybody sees. A browser that cannot show it has forms
 * that work all the same.
 *
 * @throws {TypeError} for a message that does not exist.
 */
export function createInterface(deps: InterfaceDeps): Interface {
  const { settings, actions, nextCheckAt, pausedUntil, signal } = deps;
  const text = createMessages(settings.messages);
  const nothing = () => {};
  const none = {
    update: nothing,
    narrator: undefined,
    waitingHere: nothing,
    progress: nothing,
    sent: nothing,
  };
  if (settings.ui === false) return none;
  const storage = () => (deps.isDurable() ? 'durable' : 'memory');
  try {
    const ui = createUi({ options: settings.ui, text, actions, signal });
    const narrator = createNarrator({
      on: deps.on,
      notify: ui.notify,
      text,
      actions: { send: actions.send, undo: actions.undo, resolve: actions.resolve, open: ui.open },
      entry: deps.entry,
      result: (id) => (last?.id === id ? last.result : undefined),
      storage,
      canSend: deps.canSend,
      label: labelOf,
      signIn: settings.signIn === 'auto' ? undefined : settings.signIn,
      signal,
    });
    let last: { id: string; result: Result } | undefined;
    let waiting: { ids: readonly string[]; dismiss(): void } | undefined;
    return {
      update: (status, entries) => {
        ui.update({ status, entries, storage: storage(), nextCheckAt, pausedUntil });
        if (!waiting || entries.some(({ id }) => waiting?.ids.includes(id))) return;
        waiting.dismiss();
        waiting = undefined;
      },
      narrator,
      waitingHere: (ids, edit) => {
        waiting = { ids, dismiss: narrator.waitingHere(ids.length, edit) };
      },
      progress: ui.progress,
      sent: (entry, result) => {
        last = { id: entry.id, result };
        ui.sent(entry, result);
      },
    };
  } catch (error) {
    reportError(error);
    return none;
  }
}

import type { Events } from './events.js';
import type { Settings } from './options.js';
import type { EntryRecord } from './storage/records.js';
import type { Status } from './types.js';
import { labelOf } from './ui/labels.js';
import { createMessages } from './ui/messages.js';
import { createNarrator, type Narrator } from './ui/narrate.js';
import { createUi } from './ui/ui.js';

export interface Interface {
  update(status: Status, entries: readonly EntryRecord[]): void;
  readonly narrator: Narrator | undefined;
  /** A form of this page has submissions waiting from before. */
  waitingHere(ids: readonly string[], edit: (() => Promise<void>) | undefined): void;
}

export interface InterfaceDeps {
  settings: Settings;
  on: Events['on'];
  isDurable(): boolean;
  /** Whether a submission would go out now. */
  canSend(): boolean;
  actions: {
    check(): void;
    send(id: string): void;
    discard(id: string): Promise<void>;
    undo(key: string): Promise<void>;
    resolve(key: string, choice: 'mine' | 'page'): Promise<void>;
  };
  entry(id: string): EntryRecord | undefined;
  signal: AbortSignal;
}

/** The interface and its words, or, with `ui: false`, nothing that anybody sees. */
export function createInterface(deps: InterfaceDeps): Interface {
  const { settings, actions, signal } = deps;
  if (settings.ui === false) return { update: () => {}, narrator: undefined, waitingHere: () => {} };
  const storage = () => (deps.isDurable() ? 'durable' : 'memory');
  const ui = createUi({ options: settings.ui, messages: settings.messages, actions, signal });
  const text = createMessages(settings.messages);
  const narrator = createNarrator({
    on: deps.on,
    notify: ui.notify,
    text,
    actions: { send: actions.send, undo: actions.undo, resolve: actions.resolve, open: ui.open },
    entry: deps.entry,
    storage,
    canSend: deps.canSend,
    label: labelOf,
    ...(settings.signIn !== 'auto' && { signIn: settings.signIn }),
    signal,
  });
  let waiting: { ids: readonly string[]; dismiss(): void } | undefined;
  return {
    update: (status, entries) => {
      ui.update({ status, entries, storage: storage() });
      if (!waiting || entries.some(({ id }) => waiting?.ids.includes(id))) return;
      waiting.dismiss();
      waiting = undefined;
    },
    narrator,
    waitingHere: (ids, edit) => {
      const dismiss = ui.notify({
        id: 'waiting-here',
        kind: 'info',
        text: text('waiting.here', { count: ids.length }),
        actions: [
          ...(edit ? [{ label: text('edit'), run: async () => (dismiss(), edit()) }] : []),
          { label: text('show'), run: () => ui.open() },
        ],
      });
      waiting = { ids, dismiss };
    },
  };
}

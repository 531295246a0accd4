import type { Events } from '../events.js';
import type { ConnectionState, DraftEvent, EntrySummary } from '../types.js';
import type { Text } from './messages.js';
import { narrateSubmissions } from './narrate-submissions.js';
import type { Notify } from './notice.js';
import * as notices from './notices.js';

type Run = () => void | Promise<void>;

/** What only the moment of submitting knows, and no event says. */
export interface Narrator {
  /** The submission could not be stored: it lives in the form only. */
  notSaved(again?: Run): void;
  /** The form has something in it that is never stored. */
  cannotKeep(again?: Run): void;
  /** The form was sent or stored after all: what `notSaved` or `cannotKeep` said no longer holds. */
  settled(): void;
  /** The same submission waits already. */
  alreadyWaiting(): void;
  /** There is a draft, and the page asks before it restores. */
  offer(draft: DraftEvent, answer: { restore: Run; leave: Run }): void;
}

export interface NarratorDeps {
  on: Events['on'];
  notify: Notify;
  text: Text;
  actions: {
    send(id: string): void;
    /** Puts the page's values back after a restore. */
    undo(key: string): void | Promise<void>;
    /** Settles a conflict for all its fields. */
    resolve(key: string, choice: 'mine' | 'page'): void | Promise<void>;
    /** Opens the panel, on request with the question whether to discard one entry. */
    open(discard?: string): void;
  };
  /** What was last listed of this entry. */
  entry: (id: string) => EntrySummary | undefined;
  storage: () => 'durable' | 'memory';
  /** Whether a submission goes out at once: also a single failure, not told yet, keeps it here. */
  canSend: () => boolean;
  /** What the page calls a field, see `labels.ts`. */
  label: (form: HTMLFormElement, name: string) => string;
  /** Address of the sign-in page, where the page gave one. */
  signIn?: string | undefined;
  signal: AbortSignal;
}

/** Tells the person what the instance does: each thing once, and nothing that is not known. */
export function createNarrator({ on: subscribe, ...rest }: NarratorDeps): Narrator {
  const { text, notify, signal } = rest;
  const offs: (() => void)[] = [];
  const on: Events['on'] = (name, listener) => {
    const off = subscribe(name, listener);
    offs.push(off);
    return off;
  };
  signal.addEventListener('abort', () => offs.forEach((off) => off()), { once: true });
  const deps = { ...rest, on };
  narrateConnection(deps);
  narrateDrafts(deps);
  narrateStorage(deps);
  narrateSubmissions(deps);

  let settled = () => {};
  return {
    notSaved: (again) => void (settled = notify(notices.unsafeNotice(text, 'not-saved', again))),
    cannotKeep: (again) => void (settled = notify(notices.unsafeNotice(text, 'cannot-keep', again))),
    settled: () => settled(),
    alreadyWaiting: () => void notify(notices.alreadyNotice(text)),
    offer: (draft, { restore, leave }) => void notify(notices.offerNotice(text, draft, restore, leave)),
  };
}

/** What is one and the same to the person: no news when one becomes the other. */
const trouble: Record<ConnectionState, 'none' | 'lost' | 'intercepted' | 'signed-out' | undefined> = {
  unknown: undefined,
  online: 'none',
  degraded: 'none',
  down: 'lost',
  unreachable: 'lost',
  intercepted: 'intercepted',
  'signed-out': 'signed-out',
};

function narrateConnection({ on, notify, text }: NarratorDeps): void {
  let told: (typeof trouble)[ConnectionState] = 'none';
  let dismiss = () => {};

  on('status', (status) => {
    const now = trouble[status.state];
    if (now === undefined || now === told) return;
    const notice = notices.connectionNotice(text, status.state);
    if (notice) dismiss = notify(notice);
    else if (told === 'signed-out') dismiss();
    else notify(notices.backNotice(text, status));
    told = now;
  });
}

function narrateDrafts({ on, notify, text, actions, label }: NarratorDeps): void {
  const open = new Map<string, { form: HTMLFormElement | null; dismiss: () => void }>();
  const close = (key: string) => {
    open.get(key)?.dismiss();
    open.delete(key);
  };

  on('draft:restored', (draft) => {
    if (draft.fields.length + draft.missing.length === 0) return;
    const undo = async () => {
      await actions.undo(draft.key);
      notify(notices.undoneNotice(text, draft.key));
    };
    const { form } = draft;
    const missing = form ? draft.missing.map((name) => label(form, name)) : draft.missing;
    open.set(draft.key, { form, dismiss: notify(notices.restoredNotice(text, draft, missing, undo)) });
  });
  on('draft:conflict', (draft) => {
    const choose = (choice: 'mine' | 'page') => () => actions.resolve(draft.key, choice);
    const notice = notices.conflictNotice(text, draft, choose('mine'), choose('page'));
    open.set(draft.key, { form: draft.form, dismiss: notify(notice) });
  });
  on('draft:discarded', ({ key }) => close(key));

  // Once the form is on its way, there is nothing left to undo.
  for (const name of ['submission:queued', 'submission:attempt', 'submission:sent'] as const) {
    on(name, ({ form }) => {
      for (const [key, draft] of open) if (form && draft.form === form) close(key);
    });
  }
}

function narrateStorage({ on, notify, text, storage }: NarratorDeps): void {
  const told = new Map<string, () => void>();

  on('storage:error', (error) => {
    const key = `${error.operation} ${error.fallback}`;
    if (!told.has(key)) told.set(key, notify(notices.storageNotice(text, error)));
  });
  on('draft:saved', () => {
    if (storage() === 'memory') return;
    for (const dismiss of told.values()) dismiss();
    told.clear();
  });
}

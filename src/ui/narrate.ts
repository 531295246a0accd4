import type { OutboxFullError } from '../errors.js';
import type { Events } from '../events.js';
import type { ConnectionState, DraftEvent, EntrySummary } from '../types.js';
import type { Text } from './messages.js';
import { narrateEdit, type EditNews } from './narrate-edit.js';
import { narrateSubmissions, signInNotice, type Asking } from './narrate-submissions.js';
import { createNotice, join, type Action, type Notify } from './notice.js';
import type { Result } from './sent-list.js';

type Run = Action['run'];

/** What only the moment of submitting knows, and no event says. */
export interface Narrator {
  /** The submission could not be stored: it lives in the form only. `full`: the outbox has no room for it. */
  notSaved(again?: Run, full?: OutboxFullError): void;
  /** The form has something in it that is never stored. */
  cannotKeep(again?: Run): void;
  /** The form was sent or stored after all: what `notSaved` or `cannotKeep` said no longer holds. */
  settled(): void;
  /** The same submission waits already. */
  alreadyWaiting(): void;
  /** What became of an edit that the person asked for. */
  edit(news: EditNews): void;
  /** Submissions of a form of this page wait from before; `edit` takes the last one back into the form. Returns what takes it back. */
  waitingHere(count: number, edit?: Run): () => void;
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
    /** Opens the panel, and discards one entry there on request. */
    open(discard?: string): void;
  };
  /** What was last listed of this entry. */
  entry: (id: string) => EntrySummary | undefined;
  /** What came of one that was sent: the page that the answer led to, or only words. */
  result: (id: string) => Result | undefined;
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
  const { text, notify, actions, signal } = rest;
  const offs: (() => void)[] = [];
  const on: Events['on'] = (name, listener) => {
    const off = subscribe(name, listener);
    offs.push(off);
    return off;
  };
  signal.addEventListener('abort', () => offs.forEach((off) => off()), { once: true });
  const deps = { ...rest, on };
  narrateConnection(deps, narrateSubmissions(deps));
  narrateDrafts(deps);
  narrateStorage(deps);

  let settled = () => {};
  let already = () => {};
  on('submission:attempt', () => already());
  const unsafe = (key: 'not-saved' | 'cannot-keep', run?: Run, detail?: string) => {
    const again = run && { actions: [{ label: text('again'), run }] };
    const notice = createNotice(text, 'unsafe', 'error', key, {}, again);
    settled = notify(detail ? { ...notice, detail } : notice);
  };
  const noRoom = ({ limit, allowed, needed, free }: OutboxFullError): string =>
    limit === 'bytes'
      ? text('not-saved.bytes', { size: text.size(needed), free: text.size(free) })
      : text('not-saved.entries', { count: allowed });
  return {
    notSaved: (again, full) => unsafe('not-saved', again, full && noRoom(full)),
    cannotKeep: (again) => unsafe('cannot-keep', again),
    settled: () => settled(),
    alreadyWaiting: () => void (already = notify(createNotice(text, 'already', 'info', 'already'))),
    edit: (news) => narrateEdit(news, rest),
    waitingHere: (count, edit) => {
      const show = { label: text('show'), run: () => actions.open() };
      return notify(
        createNotice(
          text,
          'here',
          'info',
          'here',
          { count },
          {
            actions: edit ? [{ label: text('entry.edit'), run: edit }, show] : [show],
          },
        ),
      );
    },
    offer: (draft, { restore, leave }) =>
      void notify(
        createNotice(text, `draft:${draft.key}`, 'info', 'offer', about(text, draft), {
          actions: [
            { label: text('offer.yes'), run: restore },
            { label: text('offer.no'), run: leave },
          ],
        }),
      ),
  };
}

const about = (text: Text, { fields, savedAt }: DraftEvent) => ({
  count: fields.length,
  age: text.age(savedAt),
});

/** What is one and the same to the person: no news when one becomes the other. */
const news = {
  unknown: undefined,
  online: 'back',
  degraded: 'back',
  down: 'lost',
  unreachable: 'lost',
  intercepted: 'intercepted',
  'signed-out': 'signed-out',
} as const satisfies Record<ConnectionState, unknown>;

function narrateConnection({ on, notify, text }: NarratorDeps, { asksToSignIn }: Asking): void {
  let told: (typeof news)[ConnectionState] = 'back';
  let dismiss = () => {};

  on('status', ({ state }) => {
    const now = news[state];
    if (now === undefined || now === told) return;
    const isOut = now === 'signed-out';
    if (isOut || told === 'signed-out') dismiss();
    // Whoever signed in again knows that it worked; whoever is asked to already is not asked twice.
    const isKnown = isOut ? asksToSignIn() : told === 'signed-out' && now === 'back';
    const id = isOut ? signInNotice : 'connection';
    if (!isKnown) dismiss = notify(createNotice(text, id, now === 'back' ? 'success' : 'info', now));
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
    const { key, form, fields } = draft;
    const names = draft.missing.map((name) => (form ? label(form, name) : name));
    if (fields.length + names.length === 0) return;
    const missing = names.length > 0 ? text('missing', { fields: text.list(names) }) : '';
    const notice = createNotice(text, `draft:${key}`, 'info', 'restored', about(text, draft));
    const undo = async () => {
      await actions.undo(key);
      notify(createNotice(text, `draft:${key}`, 'info', 'undone'));
    };
    const shown =
      fields.length > 0
        ? { ...notice, detail: join(notice.detail, missing), actions: [{ label: text('undo'), run: undo }] }
        : { ...notice, text: missing };
    open.set(key, { form, dismiss: notify(shown) });
  });
  on('draft:conflict', (draft) => {
    const choose = (choice: 'mine' | 'page') => ({
      label: text(`conflict.${choice}`),
      run: () => actions.resolve(draft.key, choice),
    });
    const choices = { actions: [choose('mine'), choose('page')] };
    const notice = createNotice(text, `draft:${draft.key}`, 'info', 'conflict', about(text, draft), choices);
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

  on('storage:error', ({ operation, fallback }) => {
    const key = fallback === 'memory' ? 'memory' : operation === 'read' ? 'read' : 'write';
    if (told.has(key)) return;
    told.set(key, notify(createNotice(text, 'storage', key === 'memory' ? 'info' : 'error', key)));
  });
  on('draft:saved', () => {
    if (storage() === 'memory') return;
    for (const dismiss of told.values()) dismiss();
    told.clear();
  });
}

import type { EntrySummary } from '../types.js';
import { createAnswer } from './answer.js';
import { button, h, setDisabled, setText } from './dom.js';
import { isSendable, type Listed, type View } from './indicator.js';
import type { MessageKey, Text } from './messages.js';
import { join } from './notice.js';

export interface RowActions {
  send(id: string): void;
  /** Opens the form with the values in it. */
  edit(id: string): Promise<void>;
  /** `in-doubt`: the server may have it already; `gone`: there was nothing left to discard. */
  discard(id: string): Promise<'discarded' | 'in-doubt' | 'gone'>;
  /** Whether a discarded one is back. */
  bringBack(id: string): Promise<boolean>;
  /** Discarded ones are not wanted back. */
  forget(ids: readonly string[]): void;
}

/** Bytes of a body on their way out. */
export interface Upload {
  sent: number;
  total: number;
}

export interface Row {
  readonly element: HTMLElement;
  /** What was discarded here and may be brought back: it stays in the list. */
  readonly discarded: Listed | undefined;
  update(entry: Listed, view: View, upload?: Upload): void;
  /** Discards the entry, with the focus on what undoes it. */
  discard(): void;
  focus(): void;
}

export interface RowDeps {
  id: string;
  text: Text;
  actions: RowActions;
  /** Reads a text out. */
  say: (text: string) => void;
  /** The row is to be drawn anew, or to go. */
  onChange: (row: Row) => void;
}

/** One entry: what it is, how it stands, and what the person can do. A discarded one can be brought back from its place. */
export function createRow({ id, text, actions, say, onChange }: RowDeps): Row {
  const titleId = `title-${id}`;
  const title = h('bdi', { class: 'title', id: titleId });
  const meta = h('span', { class: 'meta' });
  const state = h('p', { class: 'state' });
  const upload = h('progress', { class: 'upload', hidden: '' });
  const answer = createAnswer(text);
  let shown: Listed | undefined;
  let discarded: Listed | undefined;

  const described = { 'aria-describedby': titleId };
  const act = (kind: string, key: MessageKey, run: () => void) => button(kind, text(key), run, described);
  const send = act('secondary', 'send', () => onSend());
  const edit = act('secondary', 'entry.edit', () => onEdit());
  const discard = act('plain', 'discard', () => onDiscard());
  const undo = act('secondary', 'undo', () => onUndo());
  const dismiss = act('plain', 'dismiss', () => {
    actions.forget([id]);
    discarded = undefined;
    onChange(row);
  });
  const usual = h('div', { class: 'actions' }, send, edit, discard);
  const after = h('div', { class: 'actions', hidden: '' }, undo, dismiss);
  const element = h(
    'li',
    { class: 'row' },
    h('p', { class: 'head' }, title, meta),
    state,
    upload,
    answer.element,
    usual,
    after,
  );

  const tell = (words: string) => {
    setText(state, words);
    say(words);
  };
  /** Runs what a button stands for, once at a time. */
  const run = async (control: HTMLElement, task: () => Promise<void>): Promise<void> => {
    if (control.hasAttribute('aria-disabled')) return;
    setDisabled(control, true);
    try {
      await task();
    } catch (error) {
      reportError(error);
      tell(text('failed'));
    }
    setDisabled(control, false);
  };
  /** The other buttons take the place of these, and the focus with it. */
  const swap = () => {
    const hadFocus = element.matches(':focus-within');
    usual.hidden = discarded !== undefined;
    after.hidden = discarded === undefined;
    for (const part of [upload, answer.element]) if (discarded) part.hidden = true;
    if (hadFocus) row.focus();
  };

  const onSend = () => {
    if (send.hasAttribute('aria-disabled')) return;
    tell(text('state.unknown'));
    actions.send(id);
  };
  const onEdit = () => void run(edit, () => actions.edit(id));
  const onDiscard = () =>
    void run(discard, async () => {
      // It leaves the list of entries before the answer is here.
      discarded = shown;
      const came = await actions.discard(id).catch((error: unknown) => {
        discarded = undefined;
        throw error;
      });
      if (came === 'gone') {
        discarded = undefined;
        return onChange(row);
      }
      swap();
      tell(text(came === 'in-doubt' ? 'discarded.doubt' : 'discarded'));
    });
  const onUndo = () =>
    void run(undo, async () => {
      if (!(await actions.bringBack(id))) return tell(text('discarded.late'));
      discarded = undefined;
      swap();
      onChange(row);
    });

  const row: Row = {
    element,
    get discarded() {
      return discarded;
    },
    discard() {
      discard.focus();
      onDiscard();
    },
    focus: () => (discarded ? undo : discard).focus(),
    update(entry, view, progress) {
      shown = entry;
      setText(title, titleOf(entry, text));
      setText(meta, about(entry, text));
      if (discarded) return;
      const isSending = entry.state === 'sending';
      setText(state, standing(entry, view, text));
      const again = entry.state === 'held' && entry.attempts > 0 && entry.reason !== 'sign-in';
      setText(send, text(again ? 'send.again' : 'send'));
      setDisabled(send, isSending);
      setDisabled(edit, isSending);
      edit.hidden = entry.form.name === '';
      answer.show(entry.state === 'held' ? entry.answer : undefined);
      upload.hidden = !isSending || !progress;
      if (!progress) return;
      upload.setAttribute('aria-label', text('upload', { title: titleOf(entry, text) }));
      upload.max = progress.total;
      upload.value = progress.sent;
    },
  };
  return row;
}

export const titleOf = ({ form }: Pick<EntrySummary, 'form'>, text: Text): string =>
  form.title || text('entry.untitled');

const about = (entry: EntrySummary, text: Text): string =>
  [
    text.age(entry.createdAt),
    text.size(entry.size),
    ...(entry.attempts > 0 ? [text('tries', { count: entry.attempts })] : []),
    ...(entry.status && entry.status >= 400 ? [text('entry.answer', { status: String(entry.status) })] : []),
  ].join(' · ');

/** How an entry stands and what happens next, as far as it is known. */
export function standing(
  entry: Listed,
  { status, entries, pausedUntil }: Pick<View, 'status' | 'entries' | 'pausedUntil'>,
  text: Text,
): string {
  if (entry.state === 'sending') return text('sending');
  if (entry.state === 'held') {
    const why = entry.detail ?? entry.reason ?? 'refused';
    return join(text(why), text.detail(why));
  }
  const isBehind = entries.some(
    (other) => other.lane === entry.lane && other.state === 'held' && other.createdAt < entry.createdAt,
  );
  if (isBehind) return text('entry.behind');
  if (!isSendable(status)) return text('entry.back');
  // The server may have asked for more time than the schedule has, and after many failures nothing goes out.
  const at = Math.max(entry.nextAttemptAt, entry.notBefore ?? 0, pausedUntil() ?? 0);
  return at > Date.now() ? text('entry.next', { when: text.until(at) }) : text('entry.soon');
}

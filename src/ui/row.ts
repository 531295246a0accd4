import type { EntrySummary } from '../types.js';
import { button, h, isEscape, setText } from './dom.js';
import { isSendable, type View } from './indicator.js';
import type { Text } from './messages.js';
import { join } from './notice.js';

export interface RowActions {
  send(id: string): void;
  discard(id: string): Promise<void>;
}

export interface Row {
  readonly element: HTMLElement;
  update(entry: EntrySummary, view: View): void;
  /** Puts the question whether to discard, with the focus on the answer that loses nothing. */
  ask(): void;
  focus(): void;
}

export interface RowDeps {
  id: string;
  text: Text;
  actions: RowActions;
  /** Reads a text out. */
  say: (text: string) => void;
}

/** One entry: what it is, how it stands, and what the person can do. Discarding takes two steps. */
export function createRow({ id, text, actions, say }: RowDeps): Row {
  const titleId = `title-${id}`;
  const title = h('bdi', { class: 'title', id: titleId });
  const meta = h('span', { class: 'meta' });
  const state = h('p', { class: 'state' });
  let shown: EntrySummary | undefined;

  const described = { 'aria-describedby': titleId };
  const send = button('secondary', '', () => onSend(), described);
  const discard = button('plain', text('discard'), () => ask(), described);
  const keep = button('secondary', text('discard.no'), () => answer(), described);
  const confirm = button('danger', text('discard.yes'), () => void onDiscard(), described);
  const usual = h('div', { class: 'actions' }, send, discard);
  const question = h(
    'div',
    { role: 'group', hidden: '' },
    h('p', { class: 'state' }, text('discard.ask')),
    h('div', { class: 'actions' }, confirm, keep),
  );
  const element = h('li', { class: 'row' }, h('p', { class: 'head' }, title, meta), state, usual, question);

  const ask = () => {
    usual.hidden = true;
    question.hidden = false;
    say(text('discard.ask'));
    keep.focus();
  };
  const answer = () => {
    usual.hidden = false;
    question.hidden = true;
    discard.focus();
  };
  const onSend = () => {
    if (shown?.state === 'sending') return;
    setText(state, text('state.unknown'));
    say(text('state.unknown'));
    actions.send(id);
  };
  const onDiscard = async () => {
    confirm.setAttribute('aria-disabled', 'true');
    try {
      await actions.discard(id);
    } catch (error) {
      reportError(error);
      setText(state, text('failed'));
      say(text('failed'));
      answer();
    }
    confirm.removeAttribute('aria-disabled');
  };
  element.addEventListener('keydown', (event) => void (!question.hidden && isEscape(event) && answer()));

  return {
    element,
    ask,
    focus: () => (question.hidden ? discard : keep).focus(),
    update(entry, view) {
      shown = entry;
      setText(title, entry.form.title || text('entry.untitled'));
      setText(meta, about(entry, text));
      setText(state, standing(entry, view, text));
      setText(send, text(entry.state === 'held' && entry.reason !== 'sign-in' ? 'send.again' : 'send'));
      if (entry.state === 'sending') send.setAttribute('aria-disabled', 'true');
      else send.removeAttribute('aria-disabled');
    },
  };
}

const about = (entry: EntrySummary, text: Text): string =>
  [
    text.age(entry.createdAt),
    ...(entry.status ? [text('entry.answer', { status: String(entry.status) })] : []),
  ].join(' · ');

/** How an entry stands and what happens next, as far as it is known. */
export function standing(
  entry: EntrySummary,
  { status, entries }: Pick<View, 'status' | 'entries'>,
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
  return entry.nextAttemptAt > Date.now()
    ? text('entry.next', { when: text.until(entry.nextAttemptAt) })
    : text('entry.soon');
}

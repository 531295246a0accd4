import { createTimer } from '../lib/timer.js';
import type { Announcer } from './announcer.js';
import { button, closeButton, h, isEscape, setText } from './dom.js';
import type { View } from './indicator.js';
import type { Text } from './messages.js';
import { join } from './notice.js';
import { createRow, type Row, type RowActions } from './row.js';

export interface Panel {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  open(): void;
  close(): void;
  update(view: View): void;
  /** Puts the question whether to discard this entry, if it is still there. */
  ask(id: string): void;
  focus(): void;
}

export interface PanelDeps {
  id: string;
  text: Text;
  actions: RowActions & { check(): void };
  announcer: Announcer;
  onClose: () => void;
  signal: AbortSignal;
}

/** The list of what waits. Ages and countdowns move only while it is open. */
export function createPanel({ id, text, actions, announcer, onClose, signal }: PanelDeps): Panel {
  const say = (words: string) => announcer.say(words, 'status');
  const rows = new Map<string, Row>();
  let view: View | undefined;

  const state = h('p', { class: 'title' });
  const next = h('p', { class: 'meta' });
  const paused = h('p', { class: 'meta' }, text('panel.paused'));
  const memory = h('p', { class: 'note' }, join(text('memory'), text.detail('memory')));
  const empty = h('p', { class: 'meta' }, text('panel.empty'));
  const list = h('ul', { class: 'rows' });
  const check = button('secondary', text('check'), () => {
    actions.check();
    setText(next, text('state.unknown'));
    say(text('state.unknown'));
  });
  const heading = h('h2', { id: `${id}-title` }, text('panel'));
  const element = h(
    'section',
    { id, class: 'panel', 'aria-labelledby': heading.id, tabindex: '-1', hidden: '' },
    h('header', {}, heading, closeButton(text('close'), onClose)),
    h('div', { class: 'connection' }, h('div', { class: 'body' }, state, next, paused), check),
    memory,
    empty,
    list,
  );

  const render = () => {
    if (!view || element.hidden) return;
    const { status, entries, storage } = view;
    setText(state, text(`state.${status.state}`));
    const at = view.nextCheckAt();
    setText(next, at !== undefined && at > Date.now() ? text('check.next', { when: text.until(at) }) : '');
    paused.hidden = status.breaker !== 'open';
    memory.hidden = storage === 'durable';
    empty.hidden = entries.length > 0;
    renderRows(view);
    timer.at(Date.now() + 1000);
  };
  const timer = createTimer(render, signal);

  const renderRows = (view: View) => {
    for (const [id, row] of rows) if (!view.entries.some((entry) => entry.id === id)) drop(id, row);
    view.entries.forEach((entry, index) => {
      let row = rows.get(entry.id);
      if (!row) rows.set(entry.id, (row = createRow({ id: entry.id, text, actions, say })));
      row.update(entry, view);
      if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
    });
  };

  // A row that goes while the person is in it hands the focus on; otherwise it would fall back to the page's start.
  const drop = (id: string, { element: gone }: Row) => {
    rows.delete(id);
    const hasFocus = gone.matches(':focus-within');
    const next = gone.nextElementSibling ?? gone.previousElementSibling;
    gone.remove();
    if (!hasFocus) return;
    const neighbour = [...rows.values()].find((row) => row.element === next);
    if (neighbour) neighbour.focus();
    else element.focus();
  };

  element.addEventListener('keydown', (event) => void (isEscape(event) && onClose()));

  return {
    element,
    get isOpen() {
      return !element.hidden;
    },
    open() {
      element.hidden = false;
      render();
    },
    close() {
      element.hidden = true;
      timer.clear();
    },
    update(next) {
      view = next;
      render();
    },
    ask: (id) => rows.get(id)?.ask(),
    focus: () => element.focus(),
  };
}

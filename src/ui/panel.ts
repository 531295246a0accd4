import { createTimer } from '../lib/timer.js';
import type { Announcer } from './announcer.js';
import { button, closeButton, h, isEscape, setText } from './dom.js';
import type { Listed, View } from './indicator.js';
import type { Text } from './messages.js';
import { join } from './notice.js';
import { createRow, type Row, type RowActions, type Upload } from './row.js';
import { saveFile } from './save-file.js';
import { createSentList, type Result } from './sent-list.js';

export interface Panel {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  open(): void;
  close(): void;
  update(view: View): void;
  /** Discards this entry, if it is still there, with the focus on what brings it back. */
  discard(id: string): void;
  progress(id: string, upload: Upload): void;
  /** An entry was sent, and this is what came of it. */
  sent(entry: Listed, result: Result): void;
  focus(): void;
}

export interface PanelDeps {
  id: string;
  text: Text;
  actions: RowActions & { check(): void; exportFile(): Promise<Blob> };
  announcer: Announcer;
  onClose: () => void;
  signal: AbortSignal;
}

/** The list of what waits, and of what became of it while the page was open. Ages and countdowns move only while it is open. */
export function createPanel({ id, text, actions, announcer, onClose, signal }: PanelDeps): Panel {
  const say = (words: string) => announcer.say(words, 'status');
  const rows = new Map<string, Row>();
  const uploads = new Map<string, Upload>();
  let view: View | undefined;

  const state = h('p', { class: 'title' });
  const next = h('p', { class: 'meta' });
  const paused = h('p', { class: 'meta' });
  const memory = h('p', { class: 'note' }, join(text('memory'), text.detail('memory')));
  const empty = h('p', { class: 'meta' }, text('panel.empty'));
  const list = h('ul', { class: 'rows' });
  const past = createSentList(text);
  const check = button('secondary', text('check'), () => {
    actions.check();
    setText(next, text('state.unknown'));
    say(text('state.unknown'));
  });
  const save = button('plain', text('export'), () => {
    actions.exportFile().then(saveFile, (error: unknown) => {
      reportError(error);
      say(text('failed'));
    });
  });
  const heading = h('h2', { id: `${id}-title` }, text('panel'));
  const element = h(
    'section',
    { id, class: 'panel', 'aria-labelledby': heading.id, tabindex: '-1', hidden: '' },
    h('header', {}, heading, save, closeButton(text('close'), onClose)),
    h('div', { class: 'connection' }, h('div', { class: 'body' }, state, next, paused), check),
    memory,
    empty,
    list,
    past.element,
  );

  const render = () => {
    if (!view || element.hidden) return;
    const { status, entries, storage } = view;
    setText(state, text(`state.${status.state}`));
    const at = view.nextCheckAt();
    setText(next, at !== undefined && at > Date.now() ? text('check.next', { when: text.until(at) }) : '');
    const until = view.pausedUntil();
    setText(paused, until === undefined ? '' : text('panel.paused', { when: text.until(until) }));
    memory.hidden = storage === 'durable';
    save.hidden = entries.length === 0;
    renderRows(view);
    empty.hidden = rows.size > 0;
    past.render();
    timer.at(Date.now() + 1000);
  };
  const timer = createTimer(render, signal);

  const renderRows = (view: View) => {
    const waiting = new Set(view.entries.map(({ id }) => id));
    // What was discarded keeps its place.
    const kept = [...rows.values()].flatMap(({ discarded }) => discarded ?? []);
    const listed = [...view.entries, ...kept.filter(({ id }) => !waiting.has(id))];
    if (kept.length > 0) listed.sort((a, b) => a.createdAt - b.createdAt);
    const there = new Set(listed.map(({ id }) => id));
    for (const [id, row] of rows) if (!there.has(id)) drop(id, row);
    listed.forEach((entry, index) => {
      let row = rows.get(entry.id);
      if (!row) rows.set(entry.id, (row = createRow({ id: entry.id, text, actions, say, onChange: render })));
      row.update(entry, view, uploads.get(entry.id));
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
      const over = [...rows].filter(([, { discarded }]) => discarded);
      if (over.length > 0) actions.forget(over.map(([id]) => id));
      for (const [id, row] of over) drop(id, row);
    },
    update(next) {
      view = next;
      const sending = new Set(next.entries.filter(({ state }) => state === 'sending').map(({ id }) => id));
      for (const id of uploads.keys()) if (!sending.has(id)) uploads.delete(id);
      render();
    },
    discard: (id) => rows.get(id)?.discard(),
    progress(id, upload) {
      const isNew = !uploads.has(id);
      uploads.set(id, upload);
      // After that, once a second is enough.
      if (isNew) render();
    },
    sent(entry, result) {
      const row = rows.get(entry.id);
      // It had been discarded while it was on its way, and arrived.
      if (row?.discarded) drop(entry.id, row);
      past.add(entry, result);
    },
    focus: () => element.focus(),
  };
}

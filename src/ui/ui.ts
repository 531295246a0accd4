import type { UiOptions } from '../options.js';
import { createAnnouncer } from './announcer.js';
import { createHost, type Host } from './host.js';
import { createIndicator, type Listed, type View } from './indicator.js';
import type { Text } from './messages.js';
import type { Notify } from './notice.js';
import { createPanel, type PanelDeps } from './panel.js';
import { createPlaceholders } from './placeholders.js';
import type { Result } from './sent-list.js';
import { createToasts } from './toasts.js';

export interface Ui {
  /** What is known now; renders only what changed. */
  update(view: View): void;
  /** Shows a message; the same `id` replaces the one shown. Returns the dismisser. */
  notify: Notify;
  /** Opens the panel, and discards one entry there on request. */
  open(discard?: string): void;
  /** So much of an entry's body is out. */
  progress(id: string, sent: number, total: number): void;
  /** An entry was sent, and this is what came of it. */
  sent(entry: Listed, result: Result): void;
}

export interface UiDeps {
  options: UiOptions;
  text: Text;
  actions: PanelDeps['actions'];
  signal: AbortSignal;
}

/**
 * What the person sees: indicator, panel and toasts, in one shadow root. Gone without a trace when the signal aborts.
 * Throws where the browser lacks what it is made of; nothing is in the page then.
 */
export function createUi({ options, text, actions, signal }: UiDeps): Ui {
  const id = 'resilient-panel';
  let view: View | undefined;

  const host: Host = createHost({ options, locale: text.locale, onMove: () => announcer.clear(), signal });
  const announcer = createAnnouncer({ root: host.root, signal });
  const placeholders = createPlaceholders({ text, signal });
  const indicator = createIndicator({
    text,
    controls: id,
    onToggle: () => (panel.isOpen ? close() : open()),
  });
  const edit = async (entry: string) => {
    await actions.edit(entry);
    // The form has the focus, and is what the person wants to see.
    if (!panel.element.matches(':focus-within')) close();
  };
  const panel = createPanel({
    id,
    text,
    actions: { ...actions, edit },
    announcer,
    onClose: () => close(),
    signal,
  });
  host.root.append(indicator.element, panel.element);
  const toasts = createToasts({ host, announcer, text, onChange: () => render(), signal });

  const render = () => {
    if (view) indicator.update(view);
    host.show(!indicator.element.hidden || panel.isOpen || toasts.any);
  };
  indicator.element.addEventListener('blur', render);

  const open = () => {
    panel.open();
    indicator.element.setAttribute('aria-expanded', 'true');
    render();
  };
  const close = () => {
    const hadFocus = panel.element.matches(':focus-within');
    panel.close();
    indicator.element.setAttribute('aria-expanded', 'false');
    if (hadFocus) indicator.element.focus();
    render();
  };

  return {
    update(next) {
      if (signal.aborted) return;
      view = next;
      host.place();
      placeholders.update(next.status);
      panel.update(next);
      render();
    },
    notify: toasts.notify,
    open(discard) {
      if (signal.aborted) return;
      open();
      if (discard === undefined) panel.focus();
      else panel.discard(discard);
    },
    progress: (id, sent, total) => panel.progress(id, { sent, total }),
    sent: (entry, result) => panel.sent(entry, result),
  };
}

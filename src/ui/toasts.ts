import { createTimer } from '../lib/timer.js';
import type { Announcer } from './announcer.js';
import { button, closeButton, h, icon, isEscape, webUrl } from './dom.js';
import type { Host } from './host.js';
import type { Text } from './messages.js';
import { createNotice, join, type Notice, type Notify } from './notice.js';

export interface Toasts {
  notify: Notify;
  readonly any: boolean;
}

export interface ToastsDeps {
  host: Host;
  announcer: Announcer;
  text: Text;
  /** Runs after toasts came or went. */
  onChange: () => void;
  signal: AbortSignal;
}

interface Toast {
  notice: Notice;
  element: HTMLElement;
  /** Milliseconds it may still be seen. */
  left: number;
}

const shortest = 7000;
const perCharacter = 50;

/** Messages, the newest last, each read out once. */
export function createToasts({ host, announcer, text, onChange, signal }: ToastsDeps): Toasts {
  const list = h('ul', { class: 'toasts' });
  const region = h(
    'div',
    { class: 'messages', role: 'region', 'aria-label': text('messages'), hidden: '' },
    list,
  );
  host.root.append(region);

  let toasts: Toast[] = [];
  let runningSince: number | undefined;

  const hasFocus = (element: Element) => element.matches(':focus-within');
  const isPaused = () => document.hidden || region.matches(':hover') || hasFocus(region);

  /** Charges the time gone by, lets go of what is over, and waits for the next. */
  const turn = () => {
    const now = Date.now();
    if (runningSince !== undefined) for (const toast of toasts) toast.left -= now - runningSince;
    runningSince = now;
    const all = toasts;
    toasts = all.filter((toast) => toast.left > 0);
    // Removing what has the focus comes back here, by `focusout`: the list is right by then.
    for (const toast of all) if (toast.left <= 0) toast.element.remove();
    region.hidden = toasts.length === 0;
    onChange();
    runningSince = isPaused() ? undefined : now;
    const left = Math.min(...toasts.map((toast) => toast.left));
    if (runningSince === undefined || left === Infinity) timer.clear();
    else timer.at(now + left);
  };
  const timer = createTimer(turn, signal);

  const dismiss = (notice: Notice) => {
    const toast = toasts.find((toast) => toast.notice === notice);
    if (!toast || signal.aborted) return;
    const focused = hasFocus(toast.element);
    toast.left = 0;
    turn();
    if (focused) host.release();
  };

  const notify = (notice: Notice) => {
    if (signal.aborted) return () => {};
    host.place();
    const old = toasts.find((toast) => toast.notice.id === notice.id);
    const toast: Toast = { notice, element: build(notice), left: lifetime(notice) };
    const focused = old && hasFocus(old.element);
    // What is there already is charged first: the new one begins now.
    turn();
    toasts = [...toasts.filter((other) => other !== old), toast];
    if (old?.element.isConnected) old.element.replaceWith(toast.element);
    else list.append(toast.element);
    turn();
    host.raise();
    region.scrollTop = region.scrollHeight;
    if (focused) toast.element.querySelector('button')?.focus();
    if (!old || words(old.notice) !== words(notice)) {
      announcer.say(words(notice), notice.kind === 'error' ? 'alert' : 'status', notice.id);
    }
    return () => dismiss(notice);
  };

  const build = (notice: Notice): HTMLElement => {
    const { kind, detail, actions = [], link } = notice;
    let busy = false;
    const run = async (action: () => void | Promise<void>) => {
      if (busy) return;
      busy = true;
      try {
        await action();
        dismiss(notice);
      } catch (error) {
        busy = false;
        reportError(error);
        notify(createNotice(text, 'failed', 'error', 'failed'));
      }
    };
    const buttons: Node[] = actions.map(({ label, run: action }, index) =>
      button(index === 0 ? 'primary' : 'secondary', label, () => void run(action)),
    );
    const href = link && webUrl(link.url);
    if (href) {
      const target = link.newTab ? { target: '_blank', rel: 'noopener' } : {};
      buttons.push(h('a', { class: 'link', href, ...target }, link.label));
    }
    const body = h('div', { class: 'body' }, h('p', { class: 'text' }, notice.text));
    if (detail) body.append(h('p', { class: 'detail' }, detail));
    if (buttons.length > 0) body.append(h('div', { class: 'actions' }, ...buttons));
    return h(
      'li',
      { class: `toast ${kind}`, onkeydown: onEscape(notice) },
      icon(kind),
      body,
      closeButton(text('close'), () => dismiss(notice)),
    );
  };

  const onEscape = (notice: Notice) => (event: Event) => void (isEscape(event) && dismiss(notice));

  for (const type of ['pointerenter', 'pointerleave', 'focusin', 'focusout'])
    region.addEventListener(type, turn);
  document.addEventListener('visibilitychange', turn, { signal });

  return {
    notify,
    get any() {
      return toasts.length > 0;
    },
  };
}

const words = ({ text, detail }: Notice) => join(text, detail);

const lifetime = (notice: Notice): number =>
  notice.kind === 'error' || notice.actions || notice.link
    ? Infinity
    : Math.max(shortest, perCharacter * words(notice).length);

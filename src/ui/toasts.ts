import { createTimer } from '../lib/timer.js';
import type { Announcer } from './announcer.js';
import { button, h, icon, isEscape } from './dom.js';
import type { Host } from './host.js';
import type { Text } from './messages.js';
import type { Notice, Notify } from './notice.js';

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

const most = 3;
const shortest = 6000;
const perCharacter = 50;

/** Messages, at most three at a time, read out once each. The others wait; an error goes before them. */
export function createToasts({ host, announcer, text, onChange, signal }: ToastsDeps): Toasts {
  const list = h('ul', { class: 'toasts' });
  const region = h(
    'div',
    { class: 'messages', role: 'region', 'aria-label': text('messages'), hidden: '' },
    list,
  );
  host.root.append(region);

  let toasts: Toast[] = [];
  let shown: Toast[] = [];
  let runningSince: number | undefined;

  const hasFocus = (toast: Toast) => toast.element.contains(host.root.activeElement);
  const rank = (toast: Toast) => (hasFocus(toast) ? 0 : toast.notice.kind === 'error' ? 1 : 2);
  const isPaused = () => document.hidden || region.matches(':hover') || shown.some(hasFocus);

  /** Charges the time gone by, lets go of what is over, shows what may be shown, and waits for the next. */
  const turn = () => {
    const now = Date.now();
    if (runningSince !== undefined) for (const toast of shown) toast.left -= now - runningSince;
    toasts = toasts.filter((toast) => toast.left > 0);
    const first = new Set([...toasts].sort((a, b) => rank(a) - rank(b)).slice(0, most));
    const before = shown;
    shown = toasts.filter((toast) => first.has(toast));
    for (const toast of before) if (!first.has(toast)) toast.element.remove();
    render();
    runningSince = isPaused() ? undefined : now;
    const left = Math.min(...shown.map((toast) => toast.left));
    if (runningSince === undefined || left === Infinity) timer.clear();
    else timer.at(now + left);
  };
  const timer = createTimer(turn, signal);

  const render = () => {
    shown.forEach(({ element }, index) => {
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
    });
    region.hidden = shown.length === 0;
    onChange();
  };

  const dismiss = (notice: Notice) => {
    const toast = toasts.find((toast) => toast.notice === notice);
    if (!toast || signal.aborted) return;
    const focused = hasFocus(toast);
    toasts = toasts.filter((other) => other !== toast);
    turn();
    if (focused) host.release();
  };

  const notify = (notice: Notice) => {
    if (signal.aborted) return () => {};
    host.place();
    const old = toasts.find((toast) => toast.notice.id === notice.id);
    const toast: Toast = { notice, element: build(notice), left: lifetime(notice) };
    toasts = old ? toasts.map((other) => (other === old ? toast : other)) : [...toasts, toast];
    const focused = old && hasFocus(old);
    turn();
    host.raise();
    region.scrollTop = region.scrollHeight;
    if (focused) toast.element.querySelector('button')?.focus();
    if (!old || words(old.notice) !== words(notice)) {
      announcer.say(words(notice), notice.kind === 'error' ? 'alert' : 'status');
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
        notify({ id: 'failed', kind: 'error', text: text('failed') });
      }
    };
    const buttons: Node[] = actions.map(({ label, run: action }, index) =>
      button(index === 0 ? 'primary' : 'secondary', label, () => void run(action)),
    );
    const href = link && webUrl(link.url);
    if (href) {
      const target = link.newTab ? { target: '_blank', rel: 'noopener' } : {};
      buttons.push(h('a', { class: 'link', part: 'link', href, ...target }, link.label));
    }
    const body = h('div', { class: 'body' }, h('p', { class: 'text' }, notice.text));
    if (detail) body.append(h('p', { class: 'detail' }, detail));
    if (buttons.length > 0) body.append(h('div', { class: 'actions' }, ...buttons));
    const close = h(
      'button',
      {
        type: 'button',
        class: 'close',
        part: 'close',
        'aria-label': text('dismiss'),
        onclick: () => dismiss(notice),
      },
      icon('close'),
    );
    return h(
      'li',
      { class: `toast ${kind}`, part: `toast ${kind}`, onkeydown: onEscape(notice) },
      icon(kind),
      body,
      close,
    );
  };

  const onEscape = (notice: Notice) => (event: Event) => void (isEscape(event) && dismiss(notice));

  for (const type of ['pointerenter', 'pointerleave', 'focusin', 'focusout'])
    region.addEventListener(type, turn);
  document.addEventListener('visibilitychange', turn, { signal });

  return {
    notify,
    get any() {
      return shown.length > 0;
    },
  };
}

const words = ({ text, detail }: Notice) => (detail ? `${text} ${detail}` : text);

const lifetime = ({ kind, text, detail = '', actions, link }: Notice): number =>
  kind === 'error' || actions?.length || link
    ? Infinity
    : Math.max(shortest, perCharacter * (text.length + detail.length));

/** The address, if it is one of the web: a server could answer with `javascript:`. */
function webUrl(url: string): string | undefined {
  const parsed = URL.canParse(url, document.baseURI) ? new URL(url, document.baseURI) : undefined;
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.href : undefined;
}

import { sheet } from './styles.js';
import type { UiOptions } from '../options.js';

export interface Host {
  readonly root: ShadowRoot;
  /** Puts the host where it can be seen and used: last in the topmost modal dialog, else last in the page. */
  place(): void;
  /** Into the top layer while there is something to see, out of it otherwise. */
  show(visible: boolean): void;
  /** Over what the page has put in the top layer since. */
  raise(): void;
  /** Gives the focus back to where it was before it came here. */
  release(): void;
}

export interface HostDeps {
  options: UiOptions;
  locale: string;
  /** Runs right before the host is taken out of one place and put in another. */
  onMove: () => void;
  signal: AbortSignal;
}

/** The one element that the SDK adds to a page; everything is in its shadow root. */
export function createHost({ options, locale, onMove, signal }: HostDeps): Host {
  const host = document.createElement('resilient-ui');
  host.lang = locale;
  host.setAttribute('data-position', options.position);
  if ('popover' in host) host.popover = 'manual';
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet()];

  const topmost = trackModals(place, signal);
  let wanted = false;
  let cameFrom: HTMLElement | undefined;

  function place() {
    const parent = topmost() ?? document.body ?? document.documentElement;
    if (signal.aborted || host.parentNode === parent) return;
    if (host.isConnected) onMove();
    parent.append(host);
    raise();
  }

  // What enters the top layer last is on top.
  function raise() {
    if (!host.isConnected || !host.popover || root.activeElement) return;
    if (host.matches(':popover-open')) host.hidePopover();
    if (wanted) host.showPopover();
  }

  root.addEventListener('focusin', (event) => {
    const from = event instanceof FocusEvent ? event.relatedTarget : null;
    if (from instanceof HTMLElement && !root.contains(from)) cameFrom = from;
  });
  signal.addEventListener('abort', () => host.remove(), { once: true });
  place();

  return {
    root,
    place,
    raise,
    show(visible) {
      if (wanted === visible) return;
      wanted = visible;
      raise();
    },
    release() {
      if (cameFrom?.isConnected) cameFrom.focus({ preventScroll: true });
    },
  };
}

/**
 * Finds the modal dialog opened last. What is outside it is inert, top layer or not.
 * https://github.com/whatwg/html/issues/10811
 */
function trackModals(onChange: () => void, signal: AbortSignal): () => HTMLElement | undefined {
  let opened: HTMLElement[] = [];

  const onToggle = ({ target, type }: Event) => {
    if (!(target instanceof HTMLDialogElement)) return;
    opened = opened.filter((dialog) => dialog !== target);
    if (type === 'toggle' && target.open) opened.push(target);
    onChange();
  };
  // Neither event bubbles, but both can be captured. Browsers without `toggle` on dialogs are caught up with at the
  // next message.
  document.addEventListener('toggle', onToggle, { capture: true, signal });
  document.addEventListener('close', onToggle, { capture: true, signal });

  return () => {
    const modal = [...document.querySelectorAll<HTMLElement>('dialog:modal')];
    opened = [
      ...opened.filter((dialog) => modal.includes(dialog)),
      ...modal.filter((d) => !opened.includes(d)),
    ];
    return opened.at(-1);
  };
}

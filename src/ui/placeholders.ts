import { hasAttribute } from '../lib/dom.js';
import type { Status } from '../types.js';
import { setText } from './dom.js';
import type { Text } from './messages.js';

export interface Placeholders {
  update(status: Status): void;
}

/**
 * Keeps the text of the page's own `data-resilient-status` and `data-resilient-queued` elements in step. What they held
 * before comes back when the signal aborts.
 */
export function createPlaceholders({ text, signal }: { text: Text; signal: AbortSignal }): Placeholders {
  const before = new Map<Element, Node[]>();

  signal.addEventListener(
    'abort',
    () => {
      for (const [element, nodes] of before) element.replaceChildren(...nodes);
      before.clear();
    },
    { once: true },
  );

  return {
    update(status) {
      if (signal.aborted) return;
      for (const element of before.keys()) if (!element.isConnected) before.delete(element);
      for (const element of document.querySelectorAll('[data-resilient-status],[data-resilient-queued]')) {
        if (!before.has(element)) before.set(element, [...element.childNodes]);
        const counts = hasAttribute(element, 'data-resilient-queued');
        setText(element, counts ? status.queued.toLocaleString(text.locale) : text(`state.${status.state}`));
      }
    },
  };
}

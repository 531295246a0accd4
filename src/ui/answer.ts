import { h, setText } from './dom.js';
import type { Text } from './messages.js';

/** What the server said, folded away. It is shown as text, whatever is in it. */
export function createAnswer(text: Text): { element: HTMLElement; show(words: string | undefined): void } {
  const said = h('p', { class: 'said' });
  const element = h('details', { class: 'answer', hidden: '' }, h('summary', {}, text('answer')), said);
  return {
    element,
    show(words) {
      element.hidden = !words;
      setText(said, words ?? '');
    },
  };
}

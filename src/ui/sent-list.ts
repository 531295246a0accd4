import type { EntrySummary } from '../types.js';
import { createAnswer } from './answer.js';
import { h, setText, webUrl } from './dom.js';
import type { Text } from './messages.js';
import { titleOf } from './row.js';

/** What the server answered when it took a submission. */
export interface Result {
  /** The page that it led to. */
  url?: string;
  /** Its own words, as plain text. */
  words: string;
}

export interface SentList {
  readonly element: HTMLElement;
  add(entry: Pick<EntrySummary, 'form'>, result: Result): void;
  /** Ages go on. */
  render(): void;
}

/** The newest, and so many of them. */
const most = 10;

/** What this page sent while it was open, with what came of it. Kept nowhere else. */
export function createSentList(text: Text): SentList {
  const list = h('ul', { class: 'past' });
  const element = h('div', { class: 'received', hidden: '' }, h('h3', {}, text('received')), list);
  const ages: { meta: HTMLElement; at: number }[] = [];

  const item = (entry: Pick<EntrySummary, 'form'>, meta: HTMLElement, { url, words }: Result) => {
    const head = h('p', { class: 'head' }, h('bdi', { class: 'title' }, titleOf(entry, text)), meta);
    const href = url === undefined ? undefined : webUrl(url);
    if (href) return h('li', { class: 'row' }, head, h('a', { class: 'link', href }, text('sent.link')));
    const answer = createAnswer(text);
    answer.show(words);
    return h('li', { class: 'row' }, head, answer.element);
  };

  const render = () => {
    for (const { meta, at } of ages) setText(meta, text('received.age', { age: text.age(at) }));
  };

  return {
    element,
    render,
    add(entry, result) {
      const meta = h('span', { class: 'meta' });
      list.prepend(item(entry, meta, result));
      ages.unshift({ meta, at: Date.now() });
      list.children[most]?.remove();
      ages.length = Math.min(ages.length, most);
      element.hidden = false;
      render();
    },
  };
}

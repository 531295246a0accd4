import type { Text } from './messages.js';
import { createNotice, join, type Action, type Notify } from './notice.js';

/**
 * What became of an edit. `back`: the values are in the form; `apart`: these fields have no place in it; `newer`: the form
 * has something else in it, which may be meant; `none`: there is no such form on the page it was made on.
 */
export type EditNews =
  | { kind: 'back' | 'none' }
  | { kind: 'apart'; form: HTMLFormElement; fields: readonly string[] }
  | { kind: 'newer'; use: Action['run'] };

/** Says it, each time in the place of what was said before. */
export function narrateEdit(
  news: EditNews,
  deps: { text: Text; notify: Notify; label: (form: HTMLFormElement, name: string) => string },
): void {
  const { text, notify, label } = deps;
  const isError = news.kind === 'apart' || news.kind === 'none';
  const notice = createNotice(text, 'edit', isError ? 'error' : 'info', `editing.${news.kind}`);
  if (news.kind === 'apart') {
    const names = news.fields.map((name) => label(news.form, name));
    notice.detail = join(text('missing', { fields: text.list(names) }), notice.detail);
  }
  if (news.kind === 'newer') {
    notice.actions = [
      { label: text('editing.yes'), run: news.use },
      { label: text('editing.no'), run: () => {} },
    ];
  }
  notify(notice);
}

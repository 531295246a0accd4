import type { MessageKey, Params, Text } from './messages.js';

/** One message to the person. It is shown as text, whatever is in it. */
export interface Notice {
  /** A later notice with the same id takes its place. */
  id: string;
  /** An `error` is read out at once, and stays until it is dismissed. */
  kind: 'info' | 'success' | 'error';
  text: string;
  /** Empty for none. */
  detail: string;
  /** What the person can do; a notice with actions or a link stays until it is dismissed. */
  actions?: Action[];
  link?: { label: string; url: string; newTab?: boolean } | undefined;
}

export interface Action {
  label: string;
  run: () => void | Promise<void>;
}

/** Shows a notice; returns what dismisses it. */
export type Notify = (notice: Notice) => () => void;

/** The notice of this key, and of its `.detail` where there is one. */
export const createNotice = (
  text: Text,
  id: string,
  kind: Notice['kind'],
  key: MessageKey,
  params?: Params,
  more?: Partial<Notice>,
): Notice => ({ id, kind, text: text(key, params), detail: text.detail(key, params), ...more });

/** One text out of those that have something to say. */
export const join = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join(' ');

/** One message to the person. It is shown as text, whatever is in it. */
export interface Notice {
  /** A later notice with the same id takes its place. */
  id: string;
  /** An `error` is read out at once, and stays until it is dismissed. */
  kind: 'info' | 'success' | 'error';
  text: string;
  detail?: string;
  /** What the person can do; a notice with actions or a link stays until it is dismissed. */
  actions?: { label: string; run: () => void | Promise<void> }[];
  link?: { label: string; url: string; newTab?: boolean };
}

/** Shows a notice; returns what dismisses it. */
export type Notify = (notice: Notice) => () => void;

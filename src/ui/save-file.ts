import { h } from './dom.js';

/** A download takes its bytes at once; the address stays good for a slow one, milliseconds. */
const patience = 60_000;

/** Has the browser save a file, under a name that says whose it is and of which day. */
export function saveFile(file: Blob): void {
  const url = URL.createObjectURL(file);
  // Swedish writes the day of the person's own calendar as ISO does.
  const day = new Date().toLocaleDateString('sv');
  h('a', { href: url, download: `${location.hostname}-${day}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(url), patience);
}

import { formElements, matches } from '../lib/dom.js';
import type { EntryRecord } from '../storage/records.js';
import type { Body, Field } from '../types.js';
import { withoutFragment } from './evidence.js';
import type { Handle } from './handle.js';

const item = 'resilient-forms:edit';

/** Longest wait for a form that scripts may put on the page, milliseconds. */
const patience = 5000;

/** What this tab is editing: an id, no value. `asked`: its page is on the way; `filled`: the form has the values. */
interface Note {
  v: 1;
  id: string;
  state: 'asked' | 'filled';
}

export type EditNews =
  | { kind: 'back' | 'none' }
  | { kind: 'apart'; form: HTMLFormElement; fields: readonly string[] }
  | { kind: 'newer'; use: () => Promise<void> };

export interface EditingDeps {
  outbox: {
    list(): Promise<EntryRecord[]>;
    body(id: string): Promise<Body | undefined>;
    holdForEdit(id: string): Promise<EntryRecord | undefined>;
  };
  /** Forms of this page that are looked after. */
  forms(): Handle[];
  /** Puts the values into the form; what is newer there may stay. Returns the names of what has no place. */
  fill(form: HTMLFormElement, fields: readonly Field[], newer: 'keep' | 'replace'): string[];
  /** The server showed this form again: what it shows is the newest. */
  isShown(form: HTMLFormElement): boolean;
  isSignIn(): boolean;
  tell(news: EditNews): void;
  signal: AbortSignal;
}

export interface Editing {
  /** Puts what an entry carries into its form, here or on its own page. Rejects when it is gone, or on its way. */
  edit(id: string): Promise<void>;
  /** A form came; whether it is the one being edited, and has its values. */
  arrived(handle: Handle): Promise<boolean>;
  /** The forms of the page are there: says so, a little later, when the one that was asked for is not among them. */
  begun(): void;
}

/**
 * Takes a submission back into its form. The entry stays in the outbox, held, until the form is submitted: then the new
 * one takes its place. A tab that dies at any moment leaves it there.
 */
export function createEditing(deps: EditingDeps): Editing {
  const { outbox, tell } = deps;

  const put = async (handle: Handle, id: string, newer: 'ask' | 'keep'): Promise<void> => {
    const { form, draft } = handle;
    await draft?.ready;
    if (newer === 'ask' && draft && draft.state() !== 'idle') {
      return tell({ kind: 'newer', use: () => put(handle, id, 'keep') });
    }
    const entry = await outbox.holdForEdit(id);
    const body = await outbox.body(id);
    if (!entry || body?.kind !== 'form') throw new Error('the entry is not there to be edited');
    // Its own form has it already, and what was typed since; so has one that the server showed again.
    const isThere = handle.current?.id === id || deps.isShown(form);
    const missing = isThere ? [] : deps.fill(form, body.fields, newer === 'keep' ? 'keep' : 'replace');
    if (missing.length > 0) return tell({ kind: 'apart', form, fields: missing });
    handle.editing = id;
    handle.show({ progress: 'held' });
    write({ v: 1, id, state: 'filled' });
    tell({ kind: 'back' });
    formElements(form).find(isFillable)?.focus();
  };

  const known = async (id: string) => (await outbox.list()).find((entry) => entry.id === id);

  return {
    edit: async (id) => {
      const entry = await known(id);
      if (!entry) throw new Error('the entry is not there to be edited');
      const here = deps.forms().find((handle) => isFormOf(handle, entry));
      if (here) return put(here, id, 'ask');
      if (!(await outbox.holdForEdit(id))) throw new Error('the entry is being sent');
      write({ v: 1, id, state: 'asked' });
      location.assign(entry.form.page);
    },
    arrived: async (handle) => {
      const note = read();
      if (!note) return false;
      const entry = await known(note.id);
      const isHere = entry?.state === 'held' && isFormOf(handle, entry);
      // Written anew once the values are there.
      if (isHere || entry?.state !== 'held') write(undefined);
      if (isHere) await put(handle, note.id, note.state === 'asked' ? 'ask' : 'keep');
      return isHere;
    },
    begun: () => {
      const timer = setTimeout(() => {
        // A page to sign in on comes before the one that was asked for.
        if (read()?.state !== 'asked' || deps.isSignIn()) return;
        write(undefined);
        tell({ kind: 'none' });
      }, patience);
      deps.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    },
  };
}

const isFormOf = ({ identity }: Handle, { form }: EntryRecord): boolean =>
  identity.name === form.name && withoutFragment(identity.page) === form.page;

const isFillable = (control: Element): boolean =>
  matches(control, 'input:not([type=hidden i]):enabled, select:enabled, textarea:enabled');

function read(): Note | undefined {
  try {
    const note = JSON.parse(sessionStorage.getItem(item) ?? 'null') as Note | null;
    return note?.v === 1 ? note : undefined;
  } catch {
    return undefined;
  }
}

function write(note: Note | undefined): void {
  try {
    if (note) sessionStorage.setItem(item, JSON.stringify(note));
    else sessionStorage.removeItem(item);
  } catch {
    // The form then comes without the values; the entry is still there.
  }
}

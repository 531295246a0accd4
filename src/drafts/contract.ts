import type { Op } from '../storage/store.js';
import type { DraftRef, DraftSummary, Field, FormIdentity } from '../types.js';
import type { ControlValue } from '../storage/records.js';

/** What the drafts room offers to the others; `start` hands it around. */

export type DraftState = 'idle' | 'saving' | 'draft';

/** A submission's part of the draft, to be written in the submission's own transaction. */
export interface HandOver {
  ref: DraftRef;
  ops: Op[];
  /** The transaction completed. */
  written(): void;
  /** It did not: the changes are to be stored by the draft itself again. */
  failed(): void;
}

/** What waits for a person's word before it is put in the form. */
export interface Offer {
  /** Epoch milliseconds. */
  savedAt: number;
  fields: string[];
}

/** The draft of one form. */
export interface FormDraft {
  readonly key: string;
  /** The stored draft was restored, or there was none. */
  readonly ready: Promise<void>;
  state(): DraftState;
  /** Stores what is not stored yet. */
  flush(): Promise<void>;
  /** `undefined` when nothing was typed. */
  handOver(entryId: string): HandOver | undefined;
  /**
   * The server showed the form again with errors: what it shows is the newest. Its values become the draft unasked,
   * the base stays, and the draft is no longer submitted.
   */
  adopt(): Promise<void>;
  /**
   * What was submitted up to this revision was acknowledged, and is cleared in the store. What was typed since stays;
   * without any such, and unless `revert` is false, the form goes back to its base. Returns whether it did.
   */
  acknowledged(revision: number, options?: { revert?: boolean }): boolean;
  /**
   * The entry was given up or is to be edited: the draft is the person's again, and in the form.
   *
   * @param from the draft's key, when the entry was queued in another tab.
   */
  takeBack(from?: string): Promise<void>;
  /** In mode `ask`, and for fields that both sides changed: there is something for `restoreNow`. */
  offered(): Offer | undefined;
  restoreNow(): Promise<void>;
  /** What was given up is with its entry again, as of this revision. */
  handedOver(revision: number): void;
  /** One step back after a restore: what the page showed is shown again, the draft is kept and listed. */
  undo(): Promise<void>;
  detach(): void;
}

/** A draft with what was typed, for the page that asks for it. */
export interface DraftDetail extends DraftSummary {
  values: { name: string; value: ControlValue; base: ControlValue }[];
}

export interface Drafts {
  /** Begins to watch a form and restores its draft; the same form again gives the same. */
  attach(form: HTMLFormElement, identity: FormIdentity, mode: 'auto' | 'ask'): FormDraft;
  /**
   * Puts what was submitted into its form, files too. With `keep`, what was typed there since stays. Returns the names of
   * what has no place in the form.
   */
  fill(form: HTMLFormElement, fields: readonly Field[], newer: 'keep' | 'replace'): string[];
  /** This owner's drafts, newest first; those on their way with an entry are left out. */
  list(): Promise<DraftSummary[]>;
  get(key: string): Promise<DraftDetail | undefined>;
  discard(key: string): Promise<void>;
  /** Deletes all drafts and journals of this owner. */
  purge(): Promise<void>;
}

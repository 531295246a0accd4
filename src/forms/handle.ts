import { removeAttribute, setAttribute } from '../lib/dom.js';
import type { Op } from '../storage/store.js';
import type { DraftRef, FormIdentity, FormState } from '../types.js';
import type { Delivery, UnknownPolicy } from '../options.js';

/** The part of a form's draft that submitting it needs; `drafts/` has it. */
export interface FormDraft {
  readonly key: string;
  readonly ready: Promise<void>;
  state(): 'idle' | 'saving' | 'draft';
  handOver(entryId: string): HandOver | undefined;
  adopt(): Promise<void>;
  acknowledged(revision: number, options?: { revert?: boolean }): boolean;
  takeBack(from?: string): Promise<void>;
  handedOver(revision: number): void;
  restoreNow(): Promise<void>;
  undo(): Promise<void>;
  detach(): void;
}

export interface HandOver {
  ref: DraftRef;
  ops: readonly Op[];
  /** The transaction completed. */
  written(): void;
  /** It did not: what was pending is pending again. */
  failed(): void;
}

/** The submission that a form on screen stands for. */
export interface Current {
  id: string;
  signature: string;
  /** The page was on its way elsewhere already when it was submitted. */
  wasLeaving: boolean;
  draft?: DraftRef;
  /** The entry that this one was made of, and takes the place of. */
  corrects?: string | undefined;
  /** When the browser began to send it, epoch milliseconds; absent while it did not. */
  leftAt?: number;
}

/** How a submission of the form is faring. */
export type Progress = 'none' | 'sending' | 'queued' | 'held' | 'sent';

/** One enhanced form. */
export interface Handle {
  readonly form: HTMLFormElement;
  readonly identity: FormIdentity;
  readonly delivery: Delivery;
  readonly unknown: UnknownPolicy;
  readonly draft: FormDraft | undefined;
  /** The newest submission made from this document. */
  current: Current | undefined;
  /** The entry that was taken back into this form to be edited. */
  editing: string | undefined;
  /** Set while one is being decided on: a second click waits for it. */
  deciding: Promise<void> | undefined;
  /** What the draft says, what the submission says; the attribute shows the weightier. */
  show(part: { draft?: 'idle' | 'saving' | 'draft'; progress?: Progress }): void;
  release(): void;
}

export type HandleDeps = Pick<Handle, 'form' | 'identity' | 'delivery' | 'unknown'>;

/** DESIGN 5: `held` before `sending` before `queued` before `saving` before `draft` before `sent` before `idle`. */
const weight: readonly FormState[] = ['held', 'sending', 'queued', 'saving', 'draft', 'sent'];

export function createHandle(
  deps: HandleDeps,
  attachDraft: (show: Handle['show']) => FormDraft | undefined,
): Handle {
  let draftState: 'idle' | 'saving' | 'draft' = 'idle';
  let progress: Progress = 'none';
  let released = false;

  const show: Handle['show'] = (part) => {
    draftState = part.draft ?? draftState;
    progress = part.progress ?? progress;
    // What was under way then may still tell of itself.
    if (released) return;
    const state = weight.find((state) => state === draftState || state === progress) ?? 'idle';
    setAttribute(deps.form, 'data-resilient-state', state);
  };
  show({});
  const draft = attachDraft(show);

  return {
    ...deps,
    draft,
    current: undefined,
    editing: undefined,
    deciding: undefined,
    show,
    release: () => {
      released = true;
      draft?.detach();
      removeAttribute(deps.form, 'data-resilient-state');
    },
  };
}

import type { Control } from '../lib/dom.js';
import type { FormDraft } from './contract.js';

/** What the room itself needs of a form's draft. */
export interface FormDraftHandle extends FormDraft {
  readonly form: HTMLFormElement;
  edited(control: Control): void;
  /** It was edited since the draft was handed over. */
  isNewer(control: Control): boolean;
  isOwnEvent(target: EventTarget | undefined): boolean;
  /** Looks for edits without events until the deadline (`performance.now()`); whether it got through. */
  sweep(deadline: number): boolean;
  /** Controls or options came or went. */
  changed(): void;
  /** The page may go: what is not stored goes into the journal. */
  leave(): void;
  /** The page is back from the back/forward cache: the draft may have been cleared meanwhile. */
  returned(): Promise<void>;
  /** It was deleted, here or by a sign-out. */
  forget(): void;
}

import type * as resilientForms from '../../src/auto.js';

declare global {
  /** The script-tag build, in pages. */
  var ResilientForms: typeof resilientForms | undefined;
}

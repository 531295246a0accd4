export { start } from './start.js';
export type { EnhancedForm, ResilientForms } from './start.js';
export type { FormOptions } from './forms/forms.js';
export type { Options } from './options.js';
export type { ExportedEntry } from './outbox/export.js';
export type * from './types.js';

export { OutboxFullError, StorageError, SubmissionQueuedError } from './errors.js';
export { start } from './start.js';
export type { EnhancedForm, ResilientForms } from './start.js';
export type { FormOptions } from './forms/forms.js';
export type { HeadersFor, Options } from './options.js';
export type { RequestHooks } from './outbox/hooks.js';
export type { SubmitOptions } from './outbox/submit.js';
export type { ExportedEntry } from './outbox/export.js';
export type * from './types.js';

import type { Connection } from './connection/connection.js';
import { storeFields } from './forms/capture.js';
import type { Settings } from './options.js';
import { blankTokens, csrfNames, isCsrfField } from './outbox/csrf.js';
import { createHooks } from './outbox/hooks.js';
import { createSubmit, type SubmitDeps } from './outbox/submit.js';

export interface RequestsDeps extends Omit<SubmitDeps, 'describe' | 'owner' | 'ready'> {
  settings: Settings;
  connection: Pick<Connection, 'current' | 'check'>;
}

/** Longest wait for the server's first word before a request of the app, milliseconds. */
const firstWord = 3000;

/** Wires what an app sends without a form. */
export function createRequests({ settings, connection, ...deps }: RequestsDeps) {
  const tokens = csrfNames(settings.csrf);
  const given: SubmitDeps = {
    ...deps,
    owner: settings.owner,
    describe: {
      unknown: settings.unknown,
      idempotency: settings.idempotency,
      isToken: (name) => isCsrfField(name, tokens),
      blankTokens: (fields) => blankTokens(fields, tokens),
      storeFields,
    },
    ready: async () => {
      if (deps.gate() === 0 && connection.current.state === 'unknown') await connection.check(firstWord);
    },
  };
  return {
    submit: createSubmit(given),
    hooks: createHooks({ ...given, headersFor: settings.headers, signIn: settings.signIn }),
  };
}

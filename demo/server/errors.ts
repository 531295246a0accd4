import type { FastifyError, FastifyInstance } from 'fastify';
import { DatabaseUnavailable, OutcomeUnknown } from './database-errors.js';
import { explain } from './pages.js';

/** Where the database did not say when to come back, in seconds. */
const RETRY_AFTER = 5;

/** Says what went wrong, on a page that still loads the script; never with an error's own words. */
export function explainErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => explain(reply, 404, 'Not found', 'There is no such page.'));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof DatabaseUnavailable) {
      reply.header('retry-after', error.retryAfter ?? RETRY_AFTER).header('cache-control', 'no-store');
      return explain(reply, 503, 'Back soon', whatIsKnown(error));
    }
    if (error.statusCode && error.statusCode < 500) {
      return explain(reply, error.statusCode, 'That did not work', error.message);
    }
    request.log.error({ name: error.name, stack: stackOnly(error) }, 'failed');
    return explain(reply, 500, 'Something went wrong', 'The failure is ours.');
  });
}

function whatIsKnown(error: DatabaseUnavailable): string {
  return error instanceof OutcomeUnknown
    ? 'The database went away in the middle of it. Whether it was stored is not known.'
    : 'The database cannot be reached at the moment. Nothing was stored.';
}

/** The place, without the message: a database's may quote a value. */
function stackOnly({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

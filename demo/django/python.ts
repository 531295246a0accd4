import { findDjango, findPostgres } from '../server/services.mjs';

/** There is no Python with a Django that is new enough. */
export class DjangoMissing extends Error {
  override readonly name = 'DjangoMissing';
}

/** A Python to run Django with. */
export interface Python {
  program: string;
  /** PostgreSQL is installed, and this Python can reach it. */
  hasPostgres: boolean;
}

/**
 * The Python that `DJANGO_PYTHON` names, or the first that has Django 3.2 or later.
 *
 * @throws {DjangoMissing} that says what to install.
 */
export function findPython(): Python {
  const found = findDjango();
  if (found) {
    return { program: found.python, hasPostgres: found.hasPostgres && findPostgres() !== undefined };
  }
  const named = process.env['DJANGO_PYTHON'];
  throw new DjangoMissing(
    named
      ? `DJANGO_PYTHON=${named}: no Python with Django 3.2 or later`
      : 'No Python with Django 3.2 or later. On Debian: apt-get install python3-django python3-psycopg2. ' +
          'Elsewhere: pip install "django>=3.2" psycopg2-binary. DJANGO_PYTHON names the Python to use.',
  );
}

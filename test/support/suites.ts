import { findDjango, findPostgres } from '../../demo/server/services.mjs';

/** Tests against a program that a machine may not have. */
export interface RealSuite {
  name: 'server' | 'django';
  title: string;
  /** Its files. */
  files: RegExp;
  /** What they run with, where it is there. */
  with: string;
  /** What is missing, and where it comes from. */
  lacks?: string;
}

/** What is looked for takes processes of its own: once a run is enough. */
let found: RealSuite[] | undefined;

/** The suites of `test/real`, and whether this machine can run them. */
export function realSuites(): RealSuite[] {
  return (found ??= [server(), django()]);
}

function server(): RealSuite {
  const postgres = findPostgres();
  return {
    name: 'server',
    title: 'Demo server on PostgreSQL',
    files: /server-[\w-]+\.spec\.ts$/,
    with: `PostgreSQL in ${postgres}`,
    ...(!postgres && { lacks: 'PostgreSQL (apt-get install postgresql)' }),
  };
}

function django(): RealSuite {
  const django = findDjango();
  const lacks = [
    ...(findPostgres() ? [] : ['PostgreSQL (apt-get install postgresql)']),
    ...(django ? [] : ['Django 3.2 or newer (apt-get install python3-django, or DJANGO_PYTHON)']),
    ...(django && !django.hasPostgres ? ['psycopg2 (apt-get install python3-psycopg2)'] : []),
  ];
  return {
    name: 'django',
    title: 'Django admin',
    files: /(?:admin|django)-[\w-]+\.spec\.ts$/,
    with: `Django ${django?.version}`,
    ...(lacks.length > 0 && { lacks: lacks.join(' and ') }),
  };
}

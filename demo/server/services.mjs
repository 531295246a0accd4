import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

// Plain JavaScript, since `.ci/setup.mjs` asks before anything is installed.

/** Folder of PostgreSQL's programs, the newest where there are several; undefined for none. */
export function findPostgres() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const packaged = versions.map((version) => join(debian, version, 'bin'));
  const homebrew = ['/opt/homebrew/opt/postgresql/bin', '/usr/local/opt/postgresql/bin'];
  const own = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const found = [...own, ...packaged, ...homebrew].find((folder) => existsSync(join(folder, 'initdb')));
  // Links in PATH may stand for some of the programs only.
  return found && dirname(realpathSync(join(found, 'initdb')));
}

/** Django of a Python, 3.2 or newer: the one `DJANGO_PYTHON` names, else on PATH or the system's; undefined for none. */
export function findDjango() {
  const named = process.env.DJANGO_PYTHON;
  for (const python of named ? [named] : ['python3', '/usr/bin/python3', 'python']) {
    const ask = 'import django; assert django.VERSION >= (3, 2); print(django.get_version())';
    const { status, stdout } = spawnSync(python, ['-c', ask], { encoding: 'utf8' });
    if (status === 0) return { python, version: stdout.trim(), hasPostgres: hasDriver(python) };
  }
  return undefined;
}

/** Django 4.2 and later take the newer one as well. */
function hasDriver(python) {
  return ['psycopg2', 'psycopg'].some((name) => spawnSync(python, ['-c', `import ${name}`]).status === 0);
}

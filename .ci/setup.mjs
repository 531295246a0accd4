// Makes a machine ready for `npm start` and `npm test`: the packages, with --browser a Chromium, and with --services
// the PostgreSQL and the Django that some tests run against.
// Plain JavaScript without imports of packages: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findDjango, findPostgres } from '../demo/server/services.mjs';
import { findHeadlessShell, findSystemChromium } from '../test/support/chromium.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const say = (line, stream = process.stdout) => stream.write(`setup: ${line}\n`);

try {
  const done = [preparePackages()];
  if (process.argv.includes('--browser')) done.push(await prepareBrowser());
  if (process.argv.includes('--services')) done.push(prepareServices());
  say(done.join('; '));
} catch (error) {
  say(error.message, process.stderr);
  process.exitCode = 1;
}

function preparePackages() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20)
    throw new Error(`Node 20 or newer is needed, this is ${process.version}: https://nodejs.org`);
  if (arePackagesCurrent()) return 'packages are there';
  if (!run('npm', ['ci', '--no-audit', '--no-fund'])) {
    throw new Error('`npm ci` failed, see above: does it reach the npm registry?');
  }
  return 'packages installed';
}

/** npm writes what it installed to a lock file of its own: the two must agree, and the folders be there. */
function arePackagesCurrent() {
  const wanted = readLock('package-lock.json');
  const installed = readLock(join('node_modules', '.package-lock.json'));
  if (!wanted) throw new Error('package-lock.json is missing or broken: run this in a whole checkout');
  if (!installed) return false;
  return Object.entries(wanted).every(([path, { version, integrity, link, optional, devOptional }]) => {
    if (path === '' || link) return true;
    const own = installed[path];
    // A package for another system or processor is rightly not there.
    if (!own) return optional || devOptional;
    return own.version === version && own.integrity === integrity && existsSync(join(ROOT, path));
  });
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function prepareBrowser() {
  const found = await findBrowser();
  if (found) return `Chromium is ${found}${withShell()}`;
  for (const install of waysToInstall()) {
    if (!install()) continue;
    const installed = await findBrowser();
    if (installed) return `Chromium installed: ${installed}${withShell()}`;
  }
  throw new Error(
    'no Chromium, and none could be installed. Install Chromium or Chrome by hand, or set CHROMIUM_PATH ' +
      'to its program, and run this again.',
  );
}

async function findBrowser() {
  const system = findSystemChromium();
  if (system) {
    if (existsSync(system)) return system;
    throw new Error('CHROMIUM_PATH names a file that is not there.');
  }
  const { chromium } = await import('playwright-core');
  const own = chromium.executablePath();
  return existsSync(own) ? own : undefined;
}

/** Chromium without its window: tests take half the time in it, and do without it where it is not to be had. */
function withShell() {
  const asRoot = process.env.CI && !process.env.CHROMIUM_PATH && isDebian() ? rootPrefix() : undefined;
  if (!findHeadlessShell() && asRoot) aptInstall(asRoot, 'chromium-headless-shell');
  const shell = findHeadlessShell();
  return shell ? `, headless ${shell}` : '';
}

/** Playwright's download needs its host, the system's package needs root and a package of that name. */
function waysToInstall() {
  const playwright = () => run('npx', ['playwright', 'install', 'chromium']);
  const asRoot = rootPrefix();
  if (process.platform !== 'linux' || !asRoot) return [playwright];
  const withLibraries = () => run('npx', ['playwright', 'install', '--with-deps', 'chromium']);
  const apt = () => aptInstall(asRoot, 'chromium');
  // Ubuntu's package of this name only points to a snap, which containers cannot run.
  return isDebian() ? [apt, withLibraries] : [withLibraries, apt];
}

function prepareServices() {
  if (!hasServices()) {
    const asRoot = rootPrefix();
    const packages = ['postgresql', 'python3-django', 'python3-psycopg2'];
    if (!asRoot || process.platform !== 'linux' || !aptInstall(asRoot, ...packages) || !hasServices()) {
      throw new Error(
        'PostgreSQL, Django 3.2 or newer and psycopg2 are needed here, and could not be installed: ' +
          `apt-get install ${packages.join(' ')}`,
      );
    }
  }
  return `PostgreSQL is ${findPostgres()}, Django is ${findDjango().version}`;
}

function hasServices() {
  return findPostgres() !== undefined && findDjango()?.hasPostgres === true;
}

function aptInstall(asRoot, ...packages) {
  return run(...asRoot('apt-get', 'update')) && run(...asRoot('apt-get', 'install', '-y', ...packages));
}

/** How to run a program as root without asking anybody; undefined when there is no way. */
function rootPrefix() {
  if (process.getuid?.() === 0) return (command, ...args) => [command, args];
  const canSudo = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return canSudo ? (...command) => ['sudo', ['-n', ...command]] : undefined;
}

function isDebian() {
  if (process.platform !== 'linux') return false;
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

function run(command, args) {
  say([command, ...args].join(' '));
  // npm and npx are scripts on Windows, and those need a shell.
  const shell = process.platform === 'win32';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync(command, args, {
    cwd: ROOT,
    env,
    shell,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return status === 0;
}

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const SHELLS = ['chromium-headless-shell', 'chrome-headless-shell'];

/**
 * The Chromium of this machine: the one `CHROMIUM_PATH` names, else one on PATH; undefined for none, and then
 * Playwright's own is used. Plain JavaScript, since `.ci/setup.mjs` asks before anything is installed.
 */
export const findSystemChromium = () => process.env.CHROMIUM_PATH || find(NAMES);

/** The same without what only a window needs, as Playwright's own is started; undefined for none, or when one is named. */
export const findHeadlessShell = () => (process.env.CHROMIUM_PATH ? undefined : find(SHELLS));

function find(names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
  return candidates.find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

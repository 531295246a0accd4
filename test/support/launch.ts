import { findSystemChromium } from './chromium.mjs';

/** For a machine without network, sandbox or graphics: Chromium asks nothing of hosts of its own. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Empty when Playwright is to use the browser it installed. */
export const executable = (): { executablePath?: string } => {
  const executablePath = findSystemChromium();
  return executablePath === undefined ? {} : { executablePath };
};

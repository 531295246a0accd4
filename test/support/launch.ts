import { findHeadlessShell, findSystemChromium } from './chromium.mjs';

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

/** The browser that Playwright starts. Empty when it is to use the one it installed. */
export const executable = (): { executablePath?: string } =>
  asOption(findHeadlessShell() ?? findSystemChromium());

/** The whole browser, as a person has it: with a back/forward cache, and profiles. Empty as above. */
export const wholeBrowser = (): { executablePath?: string } => asOption(findSystemChromium());

const asOption = (executablePath: string | undefined) =>
  executablePath === undefined ? {} : { executablePath };

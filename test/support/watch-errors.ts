import type { Page } from '@playwright/test';

export interface PageErrors {
  /** What the console got as errors, and exceptions nobody caught; lines of failed loads included. */
  console: string[];
  /** Directives of the Content-Security-Policy that something of the page broke. */
  violations: string[];
}

/** Collects from now on, over navigations. To be called before the first `goto`. */
export async function watchErrors(page: Page): Promise<PageErrors> {
  const errors: PageErrors = { console: [], violations: [] };
  page.on('console', (message) => {
    if (message.type() === 'error') errors.console.push(message.text());
  });
  page.on('pageerror', (error) => errors.console.push(`${error.name}: ${error.message}`));
  await page.exposeFunction('reportViolation', (violation: string) => void errors.violations.push(violation));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      (window as unknown as { reportViolation(text: string): void }).reportViolation(
        `${effectiveDirective} ${blockedURI}`,
      );
    });
  });
  return errors;
}

import type { Page } from '@playwright/test';

/** A form, and what a person does with it. */
export interface Sample {
  title: string;
  /** Markup of the form and of what belongs to it. */
  markup: string;
  /** Runs in the page before anything is done. */
  script?: string;
  /** @default a click on the element with `data-go` */
  act?: (page: Page) => Promise<void>;
  /** Part of what the browser itself sends, so that the sample is known to show what it is for. */
  sends: string;
  tag?: string | string[];
}

export const go = '<button data-go>Send</button>';
export const post = (inside: string, attributes = ''): string =>
  `<form id="f" method="post" action="/take/" ${attributes}>${inside}</form>`;
export const multipart = 'enctype="multipart/form-data"';
export const plain = 'enctype="text/plain"';

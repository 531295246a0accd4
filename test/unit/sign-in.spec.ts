import { expect, test } from '@playwright/test';
import { isSignInUrl } from '../../src/lib/sign-in.js';

const site = 'https://shop.example';

const addresses: [url: string, option: string, expected: boolean][] = [
  ['/login', 'auto', true],
  ['/accounts/login/?next=/orders/', 'auto', true],
  ['/users/sign_in', 'auto', true],
  ['/Account/SignIn.aspx', 'auto', true],
  ['/wp-login.php', 'auto', true],
  ['/admin/login/', 'auto', true],
  ['/blog/how-to-login/', 'auto', false],
  ['/?next=/login/', 'auto', false],
  ['/orders/', 'auto', false],
  ['/enter', '/enter/', true],
  ['/enter/step', '/enter', true],
  ['/entertain/', '/enter', false],
  ['/login/', '/enter', false],
  ['https://sso.example/in/x', 'https://sso.example/in', true],
  ['https://sso.example/in/x', '/in', true],
  ['/in/x', 'https://sso.example/in', false],
];

for (const [url, option, expected] of addresses) {
  test(`${url} ${expected ? 'is' : 'is not'} a sign-in page by ${option}`, { tag: '@O07' }, () => {
    expect(isSignInUrl(new URL(url, site).href, option)).toBe(expected);
  });
}

test('what is no address is no sign-in page', { tag: '@O08' }, () => {
  expect(isSignInUrl('', 'auto')).toBe(false);
  expect(isSignInUrl(site, 'http://[')).toBe(false);
});

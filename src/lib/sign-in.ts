const segments = new Set(['login', 'log-in', 'log_in', 'logon', 'signin', 'sign-in', 'sign_in', 'wp-login']);

/**
 * Whether this address is the sign-in page. `auto` looks for a path segment such as `login` or `sign_in`, also with a
 * file extension; anything else is a path prefix, ending at a segment, or with an origin where sign-in lives elsewhere.
 *
 * @example isSignInUrl('https://shop.example/accounts/login/?next=/', 'auto') // true
 */
export function isSignInUrl(url: string, option: string): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, pathname } = new URL(url);
  if (option === 'auto') {
    return pathname
      .toLowerCase()
      .split('/')
      .some((segment) => segments.has(segment.replace(/\.[a-z]{2,5}$/, '')));
  }
  if (!URL.canParse(option, url)) return false;
  const prefix = new URL(option, url);
  const path = prefix.pathname.replace(/\/$/, '');
  return prefix.origin === origin && (pathname === path || pathname.startsWith(`${path}/`));
}

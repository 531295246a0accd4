/** The code of a system error (`EADDRINUSE`, …), `''` when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

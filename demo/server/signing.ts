import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signs small values with the server's secret; the purpose keeps one kind of value from passing for another. */
export interface Signing {
  mac(purpose: string, value: string): string;
  sign(purpose: string, value: string): string;
  /** The value that was signed, or `null` when the signature is not ours. */
  verify(purpose: string, signed: string): string | null;
}

/** `secret` is asked for each time: it may be agreed on later than the first page is served. */
export function createSigning(secret: () => string): Signing {
  const mac = (purpose: string, value: string) =>
    createHmac('sha256', secret()).update(`${purpose}\0${value}`).digest('base64url');
  return {
    mac,
    sign: (purpose, value) => `${value}.${mac(purpose, value)}`,
    verify(purpose, signed) {
      const dot = signed.lastIndexOf('.');
      const value = signed.slice(0, Math.max(dot, 0));
      return isSame(signed.slice(dot + 1), mac(purpose, value)) ? value : null;
    },
  };
}

/** Compares two secrets in a time that does not tell how much of them is alike. */
export function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

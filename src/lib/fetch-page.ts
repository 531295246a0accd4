/** HTML of a page of this site, as the cookies of this moment have it. Rejects when there is none. */
export async function fetchPage(url: string): Promise<string> {
  const signal = AbortSignal.timeout(30_000);
  const response = await fetch(url, { credentials: 'same-origin', cache: 'no-store', signal });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.text();
}

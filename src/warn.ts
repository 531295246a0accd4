/** For whoever builds the site, never for the person: in the console, each once. */
export function createWarn(): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (told.has(message)) return;
    told.add(message);
    // oxlint-disable-next-line no-console -- the console is where a developer looks
    console.warn(message.startsWith('resilient-forms') ? message : `resilient-forms: ${message}`);
  };
}

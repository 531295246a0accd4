/** Rows of what the chaos schedules came to: submissions by the fault they met and by their fate; none without any. */
export function chaosTable(annotations: readonly { type: string; description?: string }[]): string[] {
  const met = annotations
    .filter(({ type }) => type === 'chaos')
    .map(({ description = '' }) => description.split(' '));
  if (met.length === 0) return [];
  const fates = ['once', 'kept', 'lost', 'duplicated', 'misdirected'];
  const row = (name: string, cells: readonly (string | number)[]) =>
    name.padEnd(18) + cells.map((cell) => String(cell).padStart(15)).join('');
  const counts = (of: readonly string[][]) =>
    fates.map((fate) => of.filter(([, one]) => one === fate).length);
  return [
    row('chaos', ['sent once', 'still a draft', 'lost', 'duplicated', 'misdirected']),
    ...[...new Set(met.map(([fault = '']) => fault))]
      .toSorted()
      .map((fault) => row(fault, counts(met.filter(([one]) => one === fault)))),
    row('all', counts(met)),
  ];
}

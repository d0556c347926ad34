import type { PartnerBook } from '../../client-log/partners.js';
import type { ExplainedLine } from '../../log-tools/explain/explain-line.js';
import { recordData } from '../../log-tools/record-data.js';

/** An explanation for programs. */
export function explanationData(
  { line, explanation }: ExplainedLine,
  partners: PartnerBook,
): Readonly<Record<string, unknown>> {
  const { file, lineNumber, offset } = line;
  const place = { file: file.name, line: lineNumber, byteOffset: offset };
  if (explanation.kind !== 'record') {
    const raw = new TextDecoder().decode(line.raw);
    return { schemaVersion: 1, ...explanation, ...place, raw };
  }
  const { kind, record, ...others } = explanation;
  const { candidates, deviations } = record;
  return {
    schemaVersion: 1,
    kind,
    ...place,
    record: recordData(record, line, partners),
    deviations,
    ...(candidates === undefined ? {} : { candidates }),
    ...others,
  };
}

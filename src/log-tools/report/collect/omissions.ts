import type { IncidentReport } from '../../incidents/incident.js';
import { slotWords } from '../figures/slots.js';
import type { ReportLimits } from './limits.js';

/** How much there was of each thing. */
export interface Extent {
  readonly limits: ReportLimits;
  readonly cube: { readonly kinds: number; readonly hoursPerSlot: number };
  readonly failures: { readonly listed: number; readonly total: number };
  readonly incidents: IncidentReport;
  readonly files: number;
  readonly problems: number;
  /** Where something is counted without its name. */
  readonly hasRest: { readonly partners: boolean; readonly causes: boolean; readonly words: boolean };
}

/** What the page leaves out or tells less finely, one sentence each. */
export function omissionsOf(extent: Extent): readonly string[] {
  const { limits, incidents } = extent;
  return [
    ...listsCut(extent),
    ...namesCut(extent),
    ...timeCoarse(extent),
    ...(incidents.incidents.length > limits.incidents
      ? [
          `Of ${count(incidents.incidents.length)} incidents, ${count(limits.incidents)} are listed: the open ones first, then the latest.`,
        ]
      : []),
    ...incidents.limits,
  ];
}

function listsCut({ limits, failures, files, problems }: Extent): readonly string[] {
  const cut: string[] = [];
  if (failures.listed < failures.total) {
    cut.push(
      `Of ${count(failures.total)} failed attempts, the newest ${count(failures.listed)} are listed; the counts cover all. The others: tally log find result:failed.`,
    );
  }
  if (files > limits.files) {
    cut.push(`Of ${count(files)} files, the first ${count(limits.files)} are listed; all were counted.`);
  }
  if (problems > limits.problems) {
    cut.push(
      `Of ${count(problems)} lines with a problem, the first ${count(limits.problems)} are listed. All of them: tally log check.`,
    );
  }
  return cut;
}

function namesCut({ limits, cube, hasRest }: Extent): readonly string[] {
  if (cube.kinds >= limits.kinds) {
    return [
      `There are more than ${count(limits.kinds)} combinations of partner, protocol, operation, code and result; the rest is counted as "other". To see it, choose with --where.`,
    ];
  }
  const cut: string[] = [];
  if (hasRest.partners) {
    cut.push(
      `There are more than ${count(limits.partners)} partners; those that came later are counted together as "(other partners)". To see them, choose with --where.`,
    );
  }
  if (hasRest.causes) {
    cut.push(
      `There are more than ${count(limits.causes)} codes; those that came later are counted together as "(other codes)".`,
    );
  }
  if (hasRest.words)
    cut.push('There are many words in the columns Protocol and Operation; the rest is counted as "other".');
  return cut;
}

function timeCoarse({ cube }: Extent): readonly string[] {
  if (cube.hoursPerSlot === 1) return [];
  const slot = slotWords(cube.hoursPerSlot);
  return [
    `The log is too long or too varied to be counted by the hour: time is counted by the ${slot}, and a filter by date covers whole ones. For hours, choose a shorter time with --since and --until.`,
  ];
}

function count(number: number): string {
  return number.toLocaleString('en-GB');
}

import { quietPartners } from '../figures/quiet-partners.js';
import type { CauseData, IncidentData } from '../report-data.js';
import type { Look } from './headline.js';
import { markup, type Markup } from './markup.js';
import { causeLabel, filterButton } from './marks.js';
import { counted, hoursText, minutesText, nameCell, sideSentence, withCommands } from './words.js';

const MOST_ITEMS = 5;

/** What somebody must look at, worst first: what has not arrived, and who is not heard of any more. */
export function attention(look: Look): Markup {
  const open = openTroubles(look.incidents);
  const quiet = quietOnes(look);
  if (open.length + quiet.length === 0) {
    return markup`<h3>Needs attention</h3>
      <p>Nothing: every file that failed has arrived since, and no partner has gone quiet.</p>`;
  }
  const left = open.slice(MOST_ITEMS).reduce((sum, { incidents }) => sum + incidents, 0);
  return markup`<h3>Needs attention</h3>
    <ul class="attention">
      ${open.slice(0, MOST_ITEMS).map((trouble) => markup`<li>${troubleWords(look, trouble)}</li>`)}
      ${left > 0 && markup`<li><a href="#incidents">${counted(left, 'more open incident')}</a></li>`}
      ${quiet.slice(0, MOST_ITEMS)}
      ${
        quiet.length > MOST_ITEMS &&
        markup`<li>${counted(quiet.length - MOST_ITEMS, 'more partner has', 'more partners have')} gone quiet</li>`
      }
    </ul>`;
}

/** Open incidents of one partner and cause: the same trouble, night after night. */
interface Trouble {
  readonly first: IncidentData;
  incidents: number;
  files: number;
  fromSeconds: number;
}

function openTroubles(incidents: readonly IncidentData[]): readonly Trouble[] {
  const troubles = new Map<string, Trouble>();
  for (const incident of incidents) {
    if (!incident.isOpen) continue;
    const key = `${incident.partner} ${incident.cause}`;
    const known = troubles.get(key) ?? { first: incident, incidents: 0, files: 0, fromSeconds: Infinity };
    known.incidents += 1;
    known.files += incident.openFilesTotal;
    known.fromSeconds = Math.min(known.fromSeconds, incident.fromSeconds);
    troubles.set(key, known);
  }
  return [...troubles.values()].sort((a, b) => b.files - a.files);
}

function troubleWords({ data }: Look, { first, incidents, files, fromSeconds }: Trouble): Markup {
  const partner = data.partners[first.partner]?.name ?? '';
  const cause: CauseData | undefined = data.causes[first.cause];
  const times = incidents > 1 ? ` in ${counted(incidents, 'incident')}` : '';
  return markup`<span class="badge open"><span aria-hidden="true">● </span>open</span>
    ${filterButton('partner', partner, nameCell(partner))}: ${cause && causeLabel(cause)}, since
    ${minutesText(fromSeconds)}${times}; ${counted(files, 'file has', 'files have')} not arrived since.
    <b>${sideSentence(cause?.side ?? 'nobody')}.</b> ${withCommands(first.advice)}`;
}

/** Said about the end of the log only, so not where that is not looked at. */
function quietOnes({ data, selection }: Look): readonly Markup[] {
  const { toHour, partner: chosen } = selection;
  const lastHour = Math.floor((data.span?.lastSeconds ?? 0) / 3600);
  if (toHour !== undefined && toHour <= lastHour) return [];
  return quietPartners(data)
    .map((each) => ({ ...each, name: data.partners[each.partner]?.name ?? '' }))
    .filter(({ name }) => chosen === undefined || name === chosen)
    .map(
      ({ name, silentHours, longestPauseHours, lastSeconds }) =>
        markup`<li>
          <span class="badge quiet"><span aria-hidden="true">○ </span>quiet</span>
          ${filterButton('partner', name, nameCell(name))}: nothing since ${minutesText(lastSeconds)}, for
          ${hoursText(silentHours)}; the longest pause before was ${hoursText(longestPauseHours)}.
        </li>`,
    );
}

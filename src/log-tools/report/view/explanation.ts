import type { CauseData } from '../report-data.js';
import { markup, type Markup } from './markup.js';
import { sideSentence, withCommands } from './words.js';

/** What a code means, whose side it is, why it comes, and what to check; from the dictionary. */
export function explanationText(cause: CauseData): Markup {
  const { explanation, side, table } = cause;
  if (explanation === undefined) return markup``;
  const { name, meaning, retry, causes, checks, source, otherReadings } = explanation;
  return markup`<p>${meaning}</p>
    <p><b>Whose side:</b> ${sideSentence(side)}. ${retry}</p>
    <div class="two">
      <div>
        <p class="label">Likely causes, most likely first</p>
        <ol>
          ${causes.map((each) => markup`<li>${withCommands(each)}</li>`)}
        </ol>
      </div>
      <div>
        <p class="label">What to check next</p>
        <ul>
          ${checks.map((each) => markup`<li>${withCommands(each)}</li>`)}
        </ul>
      </div>
    </div>
    ${
      otherReadings.length > 0 &&
      markup`<p>
        <b>May also mean:</b> ${otherReadings.map(({ phrase, when }) => `${phrase} (${when})`).join('; ')}.
      </p>`
    }
    <p class="source">${table}, ${name}. Source: ${source}</p>`;
}

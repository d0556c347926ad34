import type { EftFields } from './eft-fields.js';
import { importText } from './eft-texts.js';

type Written = Readonly<Record<string, unknown>>;

interface CommandPlace {
  readonly when: 'before' | 'after';
  readonly protocol: unknown;
}

/** The commands for the server before and after a transfer: `before`, `after`. */
export function serverCommands(
  commands: EftFields,
  { protocol }: { readonly protocol: unknown },
  problems: string[],
): Written {
  const before = serverCommand(commands, { when: 'before', protocol }, problems);
  const after = serverCommand(commands, { when: 'after', protocol }, problems);
  return {
    ...(before === undefined ? {} : { before: [before] }),
    ...(after === undefined ? {} : { after: [after] }),
  };
}

function serverCommand(
  commands: EftFields,
  { when, protocol }: CommandPlace,
  problems: string[],
): Written | undefined {
  const time = when === 'before' ? 'Pre' : 'Post';
  const type = commands.text(`${time}CommandType`, when) ?? 'None';
  const argument = commands.text(`${time}CommandArg`, when);
  const goesOn = commands.flag(`ContinueOnFail${time}`, `continueOnFail of ${when}`);
  const delimiter = commands.number(`${time}CommandArgDelimiter`, `the two places of rename in ${when}`);
  if (type.toLowerCase() === 'none') return undefined;
  const command =
    argument === undefined ? undefined : commandOf(type.toLowerCase(), importText(argument), delimiter);
  const isForFtp = command !== undefined && 'command' in command;
  if (command === undefined || (isForFtp && !['ftp', 'ftpes', 'ftps'].includes(String(protocol)))) {
    problems.push(`its command ${when} the transfer (${type}) has to be written by hand`);
    return undefined;
  }
  return { ...command, ...(goesOn ? { continueOnFail: true } : {}) };
}

/** EFT's words for the kinds are not documented: one that is not plain is left to a person. */
function commandOf(type: string, text: string, delimiter = 32): Written | undefined {
  if (/^(rename|ren|rnfr|rnto)$/.test(type)) {
    const [from = '', ...to] = text.split(String.fromCodePoint(Math.abs(Math.trunc(delimiter)) % 0x10000));
    return to.length === 1 ? { rename: { from, to: to[0] } } : undefined;
  }
  if (/^(delete|dele|remove)$/.test(type)) return { remove: text };
  if (/^(mkd|mkdir|makedir|makefolder|createfolder)$/.test(type)) return { makeFolder: text };
  return /^(custom|command|quote|site|raw)$/.test(type) ? { command: text } : undefined;
}

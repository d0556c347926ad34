import * as z from 'zod';
import { segmentProblem } from '../core/remote-path.js';
import { FILE_VARIABLES, NAME_VARIABLES, unknownVariable } from '../transfers/file-variables.js';
import type { ServerCommand } from '../transfers/server-command.js';
import { mustBe, onOff, strictGroup, text } from './setting-values.js';

function withVariables(what: string, known: readonly string[]) {
  return text(what).superRefine((value, context) => {
    const unknown = unknownVariable(value, known);
    if (unknown === undefined) return;
    const list = known.map((name) => `%${name}%`).join(', ');
    context.addIssue({ code: 'custom', message: `must not hold %${unknown}%: known are ${list}` });
  });
}

const commandText = withVariables('a command or path', FILE_VARIABLES);

/** The new name of a copy: a name, or a path of names. */
export const newName = withVariables('a name such as %FS.BASE_FILE_NAME%.done', NAME_VARIABLES).superRefine(
  (value, context) => {
    const names = value.replace(/^\//, '').split('/');
    const problem = names.map(segmentProblem).find((found) => found !== undefined);
    if (problem === undefined) return;
    context.addIssue({ code: 'custom', message: `must be a name, or names parted by "/": ${problem}` });
  },
);

const writtenCommand = strictGroup('a command', {
  command: commandText.optional(),
  rename: strictGroup('rename', { from: commandText, to: commandText }).optional(),
  remove: commandText.optional(),
  makeFolder: commandText.optional(),
  continueOnFail: onOff.optional(),
});

const ONE_DEED = 'exactly one of command, rename, remove and makeFolder';

/** `command: SITE CHMOD 640 %FS.PATH%`, `rename: { from, to }`, `remove: PATH` or `makeFolder: PATH`. */
const serverCommand = writtenCommand.transform((written, context): ServerCommand => {
  const { command, rename, remove, makeFolder, continueOnFail = false } = written;
  const found: ServerCommand[] = [];
  if (command !== undefined) found.push({ kind: 'command', text: command, continueOnFail });
  if (rename !== undefined) found.push({ kind: 'rename', ...rename, continueOnFail });
  if (remove !== undefined) found.push({ kind: 'remove', path: remove, continueOnFail });
  if (makeFolder !== undefined) found.push({ kind: 'makeFolder', path: makeFolder, continueOnFail });
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  context.issues.push({ code: 'custom', message: `must hold ${ONE_DEED}`, input: written });
  return z.NEVER;
});

/** In the order in which they run. */
export const serverCommands = z.array(serverCommand, {
  error: (issue) => mustBe('a list of commands, each with ' + ONE_DEED, issue.input),
});

/** A command as it is written in the settings. */
export function writtenServerCommand(command: ServerCommand): Readonly<Record<string, unknown>> {
  const { continueOnFail } = command;
  const tail = continueOnFail ? { continueOnFail } : {};
  switch (command.kind) {
    case 'command':
      return { command: command.text, ...tail };
    case 'rename':
      return { rename: { from: command.from, to: command.to }, ...tail };
    case 'remove':
      return { remove: command.path, ...tail };
    case 'makeFolder':
      return { makeFolder: command.path, ...tail };
  }
}

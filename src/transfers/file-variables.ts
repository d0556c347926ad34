import { remoteName, remoteParent, type RemotePath } from '../core/remote-path.js';

/**
 * What stands for a part of a file's path, written `%NAME%` in any case, by EFT's names. Of a target's new name they
 * mean the source; in a command for a server, the file as it stands there.
 */
export const FILE_VARIABLES = [
  'FS.FILE_NAME',
  'FS.BASE_FILE_NAME',
  'FS.FOLDER_NAME',
  'FS.PATH',
  'SOURCE.FILE_NAME',
] as const;
export type FileVariable = (typeof FILE_VARIABLES)[number];

/** Those that make a new name, which has no folder. */
export const NAME_VARIABLES: readonly FileVariable[] = [
  'FS.FILE_NAME',
  'FS.BASE_FILE_NAME',
  'SOURCE.FILE_NAME',
];

const VARIABLE = /%([A-Za-z][A-Za-z_]*\.[A-Za-z_.]+)%/g;

/** The text with every variable replaced; what is none of them stays. */
export function fillVariables(text: string, path: RemotePath, sourcePath: RemotePath = path): string {
  return text.replace(VARIABLE, (whole, name: string) => {
    const variable = FILE_VARIABLES.find((known) => known === name.toUpperCase());
    return variable === undefined ? whole : valueOf(variable, path, sourcePath);
  });
}

/** The first variable in the text that is not among `known`. */
export function unknownVariable(text: string, known: readonly string[]): string | undefined {
  return [...text.matchAll(VARIABLE)]
    .map(([, name = '']) => name)
    .find((name) => !known.includes(name.toUpperCase()));
}

/** True when the text gives another name to each file. */
export function hasVariable(text: string): boolean {
  return text.search(VARIABLE) >= 0;
}

function valueOf(variable: FileVariable, path: RemotePath, sourcePath: RemotePath): string {
  switch (variable) {
    case 'FS.FILE_NAME':
      return remoteName(path);
    case 'SOURCE.FILE_NAME':
      return remoteName(sourcePath);
    case 'FS.BASE_FILE_NAME':
      return remoteName(path).replace(/(?<=.)\.[^.]*$/, '');
    case 'FS.FOLDER_NAME':
      return remoteParent(path);
    case 'FS.PATH':
      return path;
  }
}

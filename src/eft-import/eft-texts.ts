/** Spellings of EFT's that are not those of its own list of variables. */
const OTHER_SPELLINGS: Readonly<Record<string, string>> = {
  'FS.FILENAME': 'FS.FILE_NAME',
  'FS.REPORT_FILENAME': 'FS.REPORT_FILENAME',
};

/** A text of EFT's with its variables as ours; a percent sign that begins none is written twice. */
export function importText(text: string): string {
  return text.replace(
    /%([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+)%|%/g,
    (_whole, name: string | undefined) => {
      if (name === undefined) return '%%';
      return `%${OTHER_SPELLINGS[name.toUpperCase()] ?? name.toUpperCase()}%`;
    },
  );
}

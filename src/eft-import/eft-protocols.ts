/** A scheme of ours for EFT's word; undefined where it is none that we know. REST words: eft.md, section 1.3. */
export function schemeOf(protocol: string): string | undefined {
  const word = protocol.toLowerCase().replace(/[^a-z0-9]/g, '');
  return Object.hasOwn(SCHEMES, word) ? SCHEMES[word] : undefined;
}

const SCHEMES: Readonly<Record<string, string>> = {
  local: 'local',
  localfile: 'local',
  ftp: 'ftp',
  ftpsauthtls: 'ftpes',
  ftpsexplicit: 'ftpes',
  ftpsimplicit: 'ftps',
  ftps: 'ftps',
  sftp: 'sftp',
  sftp2: 'sftp',
  ssh: 'sftp',
  http: 'http',
  https: 'https',
};

/** What is usual in exchanges of files. By the name alone: what a partner sends is never looked into for it. */
const TYPES: Readonly<Record<string, string>> = {
  '7z': 'application/x-7z-compressed',
  asc: 'application/pgp-encrypted',
  bmp: 'image/bmp',
  bz2: 'application/x-bzip2',
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  edi: 'application/edifact',
  edifact: 'application/edifact',
  eml: 'message/rfc822',
  gif: 'image/gif',
  gpg: 'application/pgp-encrypted',
  gz: 'application/gzip',
  htm: 'text/html',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  log: 'text/plain',
  md: 'text/markdown',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  ndjson: 'application/x-ndjson',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odt: 'application/vnd.oasis.opendocument.text',
  p7m: 'application/pkcs7-mime',
  p7s: 'application/pkcs7-signature',
  parquet: 'application/vnd.apache.parquet',
  pdf: 'application/pdf',
  pgp: 'application/pgp-encrypted',
  png: 'image/png',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  rar: 'application/vnd.rar',
  rtf: 'application/rtf',
  sig: 'application/pgp-signature',
  sql: 'application/sql',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  tgz: 'application/gzip',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  wav: 'audio/wav',
  x12: 'application/edi-x12',
  xls: 'application/vnd.ms-excel',
  xlsm: 'application/vnd.ms-excel.sheet.macroenabled.12',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  xsd: 'application/xml',
  xsl: 'application/xslt+xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  zip: 'application/zip',
};

const UNKNOWN_TYPE = 'application/octet-stream';

/** The type that a name's extension stands for; `application/octet-stream` for an unknown or missing one. */
export function contentTypeOf(fileName: string): string {
  const extension = /\.([^.]*)$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(TYPES, extension) ? (TYPES[extension] ?? UNKNOWN_TYPE) : UNKNOWN_TYPE;
}

/** True when the type fits `text/csv`, `image/*` or all of them; XML also as `text/xml`, its older name. */
export function fitsContentType(type: string, wanted: string): boolean {
  const lower = wanted.trim().toLowerCase();
  if (lower === '*/*' || lower === type) return true;
  if (lower === 'text/xml' && type === 'application/xml') return true;
  return lower.endsWith('/*') && type.startsWith(lower.slice(0, -1));
}

import * as z from 'zod';
import { secretReference } from '../../settings/secret-reference.js';
import {
  choice,
  longDuration,
  mustBe,
  onOff,
  readableSize,
  strictGroup,
  text,
  timeLimit,
  wholeNumber,
} from '../../settings/setting-values.js';
import { transferShape } from '../../settings/transfer-schema.js';
import {
  longText,
  nameOf,
  optional,
  preset,
  says,
  shortOr,
  textList,
  texts,
  VARIABLE_NAME,
} from '../rule-values.js';

const place = text('a place such as acme:/in/ or ./inbox/');
const path = text('a path');

const transfer = {
  from: says(place, 'what: a file, a folder or a mask, here or at a connection'),
  to: says(place, 'where to: a file, or a folder that ends with /'),
  recursive: preset(onOff, false, 'with all folders below'),
  ...transferShape,
};

const copy = strictGroup('copy', transfer);
const move = strictGroup('move', transfer);
const download = strictGroup('download', {
  ...transfer,
  remove: preset(onOff, false, 'remove each source once its copy is proven'),
});

const list = strictGroup('list', {
  from: says(place, 'a folder or a mask, such as acme:/out/*.csv'),
  into: says(nameOf('a set of data'), 'name of the set that `each` goes through'),
  recursive: preset(onOff, false, 'with all folders below'),
});

const rename = strictGroup('rename', {
  from: says(place, 'the file'),
  to: says(path, 'its new name, or a path on the same side'),
  replace: preset(onOff, false, 'replace a file that has the name already'),
});

const remove = strictGroup('delete', {
  path: says(place, 'a file, a mask, or with `folder` an empty folder'),
  recursive: preset(onOff, false, 'a mask: in all folders below, too'),
  folder: preset(onOff, false, 'the path is an empty folder'),
  olderThan: optional(longDuration, 'only files that were last changed so long ago'),
  missingOk: preset(onOff, false, 'a file that is not there is a success'),
});

const makeFolder = strictGroup('makeFolder', { path: says(place, 'the folder, with those above it') });

const archive = strictGroup('archive', {
  path: preset(place, '%FS.PATH%', 'the file'),
  to: says(path, 'where to, on the same side, such as done/%EVENT.DATESTAMP%/%FS.FILE_NAME%'),
});

const packed = choice(['zip', 'gzip'], { zip: 'a ZIP archive', gzip: 'one file, packed by gzip' });

const compress = strictGroup('compress', {
  from: says(path, 'a file, a folder or a mask'),
  to: says(path, 'the packed file'),
  format: optional(packed, 'default: gzip where `to` ends with .gz, else zip'),
  remove: preset(onOff, false, 'remove what was packed, once the packed file is whole'),
});

const extract = strictGroup('extract', {
  from: says(path, 'the packed file'),
  to: says(path, 'the folder, for gzip also a file'),
  format: optional(packed, 'default: gzip where `from` ends with .gz, else zip'),
  overwrite: preset(onOff, false, 'replace files that are there'),
  maxSize: preset(readableSize, '10G', 'most bytes that may come out'),
  maxEntries: preset(wholeNumber(1, 10_000_000, 10_000), 10_000, 'most files that may come out'),
});

const pgp = {
  from: says(path, 'the file'),
  publicKeys: preset(textList('the path of a public key'), [], 'files of public keys'),
  privateKey: optional(path, 'file of our private key'),
  passphrase: optional(secretReference, 'of the private key: where it is'),
};

const encrypt = strictGroup('encrypt', {
  ...pgp,
  to: says(path, 'the encrypted file'),
  armor: preset(onOff, false, 'as text'),
  signed: preset(onOff, false, 'also sign, with `privateKey`'),
});

const decrypt = strictGroup('decrypt', {
  ...pgp,
  to: says(path, 'the plain file'),
  signed: preset(onOff, false, 'refuse what is not signed by one of `publicKeys`'),
});

const sign = strictGroup('sign', {
  ...pgp,
  to: optional(path, 'the signed file'),
  armor: preset(onOff, false, 'as text'),
  signature: optional(path, 'the signature in a file of its own, in place of `to`'),
});

const verify = strictGroup('verify', {
  ...pgp,
  signature: optional(path, 'the signature in a file of its own'),
});

const command = z
  .array(text('a program or an argument'), {
    error: (issue) => mustBe('a list: the program, then its arguments', issue.input),
  })
  .min(1, { error: 'must name a program' });

const run = strictGroup('run', {
  command: says(
    command,
    'program and arguments, never through a shell; the program stands in `commands.allow`',
  ),
  folder: optional(path, 'the folder that it starts in'),
  environment: preset(
    texts('a variable', /^[A-Za-z_][A-Za-z0-9_]*$/),
    {},
    'variables for it, besides PATH, HOME, LANG, TZ and TMPDIR',
  ),
  maxOutput: preset(readableSize, '64k', 'how much of its output is kept'),
  okExitCodes: preset(
    z.array(wholeNumber(0, 255, 0), { error: (issue) => mustBe('a list of exit codes', issue.input) }),
    [0],
    'exit codes that are a success',
  ),
});

const http = strictGroup('http', {
  method: preset(choice(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']), 'POST', 'the method'),
  url: says(
    text('a URL').refine((value) => /^(https?:\/\/|%)/i.test(value), {
      error: 'must begin with https:// or http://',
    }),
    'the address',
  ),
  headers: preset(texts('a header', /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), {}, 'headers, without secrets'),
  bearer: optional(secretReference, 'sent as Authorization: Bearer: where it is'),
  body: optional(longText, 'what is sent'),
  okStatus: preset(
    z.array(wholeNumber(100, 599, 200), { error: (issue) => mustBe('a list of statuses', issue.input) }),
    [],
    'statuses that are a success (default: each from 200 to 299)',
  ),
});

const mail = strictGroup('mail', {
  to: says(textList('an address'), 'to whom'),
  cc: preset(textList('an address'), [], 'a copy to whom'),
  subject: says(text('a subject'), 'the subject'),
  text: preset(longText, '', 'the text'),
  attachments: preset(textList('a path'), [], 'files that go with it'),
  digest: optional(timeLimit, 'collect what comes within so long into one mail'),
});

const systemLog = strictGroup('systemLog', {
  severity: preset(choice(['error', 'warning', 'notice', 'info']), 'info', 'how bad it is'),
  text: says(text('a text'), 'what is written'),
});

const call = strictGroup('call', {
  rule: says(nameOf('a rule'), 'the rule that is run; this one waits for its end'),
  values: preset(texts('a variable', VARIABLE_NAME), {}, 'variables for it'),
});

const EFT_STOP = {
  thisRule: 'this rule ends',
  moreRules: 'this rule goes on; the rules after it on the same event are not run',
  thisAndMoreRules: 'both',
};

/** What a step can do: exactly one of these. */
export const actionShape = {
  copy: optional(copy, 'copy files, to a partner or from one'),
  move: optional(move, 'the same, and remove each source once its copy is proven'),
  download: optional(download, "fetch files from a partner: copy, by EFT's name"),
  list: optional(list, 'note what lies in a place, for `each`'),
  rename: optional(rename, 'rename a file'),
  delete: optional(shortOr(place, remove, 'a path'), 'remove files'),
  makeFolder: optional(shortOr(place, makeFolder, 'a path'), 'make a folder'),
  archive: optional(shortOr(path, archive, 'a path'), 'put a file that is done aside'),
  compress: optional(compress, 'pack files'),
  extract: optional(extract, 'unpack a file'),
  encrypt: optional(encrypt, 'encrypt a file by OpenPGP'),
  decrypt: optional(decrypt, 'decrypt a file by OpenPGP'),
  sign: optional(sign, 'sign a file by OpenPGP'),
  verify: optional(verify, 'check the OpenPGP signature of a file'),
  run: optional(
    z.union([command, run], {
      error: (issue) => mustBe('a list (the program, then its arguments), or a group of keys', issue.input),
    }),
    'run a program',
  ),
  http: optional(http, 'send a request'),
  mail: optional(mail, 'send an e-mail by the `mail` of the settings'),
  systemLog: optional(
    shortOr(text('a text'), systemLog, 'a text'),
    'write to syslog or to the event log of Windows',
  ),
  call: optional(
    shortOr(nameOf('a rule'), call, 'the name of a rule'),
    'run another rule and wait for its end',
  ),
  wait: optional(timeLimit, 'wait so long'),
  fail: optional(text('a reason'), 'end in failure, with this reason'),
  stop: optional(choice(['thisRule', 'moreRules', 'thisAndMoreRules'], EFT_STOP), "EFT's Stop Processing"),
};

export const ACTION_KEYS = Object.keys(actionShape) as readonly (keyof typeof actionShape)[];

export type WrittenActions = Readonly<z.output<z.ZodObject<typeof actionShape>>>;
/** One action as it is written, without its short form. */
export type WrittenGroup<Key extends keyof WrittenActions> = Extract<
  Exclude<NonNullable<WrittenActions[Key]>, string | readonly unknown[]>,
  object
>;

/** Name of the schema file, from the folder of the settings. */
export const SCHEMA_FILE = '.tallyman/tallyman.schema.json';

/** The `tallyman.yaml` that `tally init` writes. */
export const FIRST_SETTINGS = `# yaml-language-server: $schema=./${SCHEMA_FILE}
#
# The line above lets an editor complete and check this file; nothing is fetched for it.
# Check:  tally rules validate        Reference:  docs/reference/settings.md, docs/reference/rules.md

clientLog:
  folder: ./logs # cl[yymmdd].log, a line for every attempt
  tenthColumn: true # each line ends with its result: 0 success, 1 failure

# Partners. A secret never stands here, only where it is.
# connections:
#   acme:
#     url: sftp://orders@sftp.acme.example
#     password: { env: ACME_PASSWORD } # or { file: ... }, { command: [...] }

# The only programs that rules may run.
# commands: { allow: [./alert.sh] }

rules:
  # What is put into ./outbox goes to ./delivered; put acme:/in/ there to send it to a partner.
  first:
    description: A rule to begin with
    on:
      folder: { path: ./outbox, settle: 5s } # also: schedule, remote, webhook, manual, afterRule, ...
    do:
      - move: { from: "%FS.PATH%", to: "./delivered/%FS.FILE_NAME%", overwrite: numerate }
`;

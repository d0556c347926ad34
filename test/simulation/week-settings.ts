/** `tallyman.yaml` of a simulated week. */
export function weekSettings(partnerUrl: string): string {
  return `clientLog: { folder: ./logs, tenthColumn: true }
stateFolder: ./state
connections:
  acme: { url: "${partnerUrl}", password: { env: ACME_PASSWORD } }
calendars:
  holidays: { days: [2026-03-31] }
rules:
  move:
    on: { folder: { path: ./out/move, settle: 5s, sweep: 5m } }
    do:
      - move: { from: "%FS.PATH%", to: ./in/move/ }
  copy:
    on: { folder: { path: ./out/copy, settle: 5s, sweep: 10m } }
    do:
      - copy: { from: "%FS.PATH%", to: ./in/copy/ }
  send:
    on: { folder: { path: ./out/send, settle: 5s, sweep: 10m } }
    do:
      - move: { from: "%FS.PATH%", to: "acme:/in/" }
  fetch:
    on: { remote: { from: "acme:/out/", every: 15m } }
    roots: [./in]
    do:
      - download: { from: "acme:/out/%FS.FILE_NAME%", to: ./in/fetch/, remove: true }
  nightly:
    on: { schedule: { cron: "30 2 * * *", timeZone: Europe/Berlin, notOn: holidays } }
    do:
      - move: { from: ./out/nightly/*.rep, to: ./in/nightly/ }
`;
}

import type { Migration } from './migration.js';

/**
 * Version 1. Times are milliseconds since 1970 (`_ms`). `rules` and `endpoints` hold what many rows share. Ids of runs,
 * deliveries and attempts are never given twice (AUTOINCREMENT): other rows and log lines name them.
 */
export const firstVersion: Migration = {
  version: 1,
  statements: [
    // scan_days, claim_days: on how many days the rule looked for files, or claimed a delivery. Ages of event keys and
    // deliveries are counted in these days, so that a daemon that stood still for a year forgets nothing.
    `CREATE TABLE rules (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      scan_days INTEGER NOT NULL DEFAULT 0,
      last_scan_day INTEGER NOT NULL DEFAULT -1,
      claim_days INTEGER NOT NULL DEFAULT 0,
      last_claim_day INTEGER NOT NULL DEFAULT -1
    ) STRICT`,
    `CREATE TABLE rule_revisions (
      rule_id INTEGER NOT NULL REFERENCES rules(id),
      revision TEXT NOT NULL,
      rule_json TEXT NOT NULL,
      PRIMARY KEY (rule_id, revision)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE runs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      rule_id INTEGER NOT NULL REFERENCES rules(id),
      revision TEXT NOT NULL,
      event TEXT NOT NULL,
      event_key TEXT NOT NULL,
      trigger_name TEXT NOT NULL,
      state TEXT NOT NULL
        CHECK (state IN ('waiting', 'running', 'succeeded', 'failed', 'cancelled', 'skipped')),
      reason TEXT,
      is_shadow INTEGER NOT NULL,
      created_ms INTEGER NOT NULL,
      not_before_ms INTEGER,
      parent_run INTEGER,
      retry_of_run INTEGER,
      retry_from_step TEXT,
      asked_by TEXT,
      started_ms INTEGER,
      ended_ms INTEGER,
      lease_owner TEXT,
      lease_until_ms INTEGER,
      fence INTEGER NOT NULL DEFAULT 0,
      cancel_asked INTEGER NOT NULL DEFAULT 0,
      files_succeeded INTEGER NOT NULL DEFAULT 0,
      files_failed INTEGER NOT NULL DEFAULT 0,
      error_code TEXT
    ) STRICT`,
    `CREATE INDEX runs_of_rule ON runs (rule_id, state)`,
    `CREATE INDEX runs_waiting ON runs (rule_id, id, not_before_ms) WHERE state = 'waiting'`,
    `CREATE INDEX runs_running ON runs (lease_until_ms) WHERE state = 'running'`,
    `CREATE INDEX runs_unsound ON runs (state) WHERE state IN ('failed', 'cancelled', 'skipped')`,
    `CREATE TABLE run_counts (
      rule_id INTEGER NOT NULL,
      state TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (rule_id, state)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TRIGGER run_counted AFTER INSERT ON runs BEGIN
      INSERT INTO run_counts (rule_id, state, count) VALUES (new.rule_id, new.state, 1)
        ON CONFLICT DO UPDATE SET count = count + 1;
    END`,
    `CREATE TRIGGER run_recounted AFTER UPDATE OF state ON runs WHEN old.state <> new.state BEGIN
      UPDATE run_counts SET count = count - 1 WHERE rule_id = old.rule_id AND state = old.state;
      INSERT INTO run_counts (rule_id, state, count) VALUES (new.rule_id, new.state, 1)
        ON CONFLICT DO UPDATE SET count = count + 1;
    END`,
    `CREATE TRIGGER run_uncounted AFTER DELETE ON runs BEGIN
      UPDATE run_counts SET count = count - 1 WHERE rule_id = old.rule_id AND state = old.state;
    END`,
    // The id is the order in which steps began.
    `CREATE TABLE steps (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
      path TEXT NOT NULL,
      kind TEXT NOT NULL,
      title TEXT NOT NULL,
      state TEXT NOT NULL
        CHECK (state IN ('running', 'succeeded', 'failed', 'skipped', 'notTaken', 'cancelled')),
      attempt INTEGER NOT NULL,
      started_ms INTEGER NOT NULL,
      ended_ms INTEGER,
      text TEXT NOT NULL,
      result INTEGER CHECK (result IN (0, 1)),
      error_code TEXT,
      detail TEXT,
      UNIQUE (run, path)
    ) STRICT`,
    `CREATE TABLE nothing_counts (
      rule_id INTEGER NOT NULL REFERENCES rules(id),
      day TEXT NOT NULL,
      reason TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (rule_id, day, reason)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE pauses (
      rule_id INTEGER PRIMARY KEY REFERENCES rules(id),
      until_ms INTEGER,
      reason TEXT NOT NULL,
      paused_by TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE file_failures (
      rule_id INTEGER NOT NULL REFERENCES rules(id),
      file_key TEXT NOT NULL,
      failures INTEGER NOT NULL,
      reason TEXT NOT NULL,
      last_ms INTEGER NOT NULL,
      PRIMARY KEY (rule_id, file_key)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE quarantine (
      rule_id INTEGER NOT NULL REFERENCES rules(id),
      file_key TEXT NOT NULL,
      path TEXT NOT NULL,
      reason TEXT NOT NULL,
      failures INTEGER NOT NULL,
      since_ms INTEGER NOT NULL,
      PRIMARY KEY (rule_id, file_key)
    ) STRICT, WITHOUT ROWID`,
    // run: the one that the event made, where it made one. seen_day: the rule's scan_days when it was last seen.
    `CREATE TABLE events (
      rule_id INTEGER NOT NULL REFERENCES rules(id),
      key TEXT NOT NULL,
      run INTEGER,
      seen_ms INTEGER NOT NULL,
      seen_day INTEGER NOT NULL,
      PRIMARY KEY (rule_id, key)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE nonces (
      hook TEXT NOT NULL,
      nonce TEXT NOT NULL,
      taken_ms INTEGER NOT NULL,
      PRIMARY KEY (hook, nonce)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE trigger_states (
      rule_id INTEGER NOT NULL REFERENCES rules(id),
      trigger_name TEXT NOT NULL,
      state TEXT NOT NULL,
      PRIMARY KEY (rule_id, trigger_name)
    ) STRICT, WITHOUT ROWID`,
    // event_key: of the run that claimed it first. final_target: where it stands. seen_day: the rule's claim_days when
    // it was last claimed or found delivered.
    `CREATE TABLE deliveries (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      rule_id INTEGER NOT NULL REFERENCES rules(id),
      source TEXT NOT NULL,
      source_identity TEXT NOT NULL,
      target TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('claimed', 'delivered', 'disposed', 'failed')),
      run INTEGER NOT NULL,
      step TEXT NOT NULL,
      event_key TEXT NOT NULL,
      claimed_ms INTEGER NOT NULL,
      settled_ms INTEGER,
      bytes INTEGER,
      proof TEXT,
      proof_facts TEXT,
      final_target TEXT NOT NULL,
      seen_day INTEGER NOT NULL
    ) STRICT`,
    `CREATE UNIQUE INDEX deliveries_of_source ON deliveries (rule_id, source, target, source_identity)`,
    `CREATE INDEX deliveries_of_target ON deliveries (rule_id, final_target)`,
    `CREATE INDEX deliveries_of_rule ON deliveries (rule_id)`,
    `CREATE INDEX deliveries_of_run ON deliveries (run)`,
    `CREATE TABLE endpoints (
      id INTEGER PRIMARY KEY,
      partner TEXT NOT NULL,
      protocol TEXT NOT NULL,
      host TEXT NOT NULL,
      port INTEGER NOT NULL,
      user TEXT NOT NULL,
      operation TEXT NOT NULL,
      UNIQUE (partner, protocol, host, port, user, operation)
    ) STRICT`,
    `CREATE TABLE attempts (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      run INTEGER,
      step TEXT NOT NULL,
      rule_id INTEGER NOT NULL REFERENCES rules(id),
      endpoint_id INTEGER NOT NULL REFERENCES endpoints(id),
      ended_ms INTEGER NOT NULL,
      local_path TEXT NOT NULL,
      remote_path TEXT NOT NULL,
      last_code INTEGER NOT NULL,
      succeeded INTEGER NOT NULL CHECK (succeeded IN (0, 1)),
      is_last INTEGER NOT NULL,
      attempt_number INTEGER NOT NULL,
      size_bytes INTEGER,
      took_ms INTEGER,
      error_code TEXT,
      message TEXT,
      is_logged INTEGER NOT NULL DEFAULT 0
    ) STRICT`,
    `CREATE INDEX attempts_of_run ON attempts (run) WHERE run IS NOT NULL`,
    `CREATE INDEX attempts_of_rule ON attempts (rule_id, succeeded)`,
    `CREATE INDEX attempts_of_endpoint ON attempts (endpoint_id, succeeded)`,
    `CREATE INDEX attempts_of_code ON attempts (last_code)`,
    `CREATE INDEX attempts_failed ON attempts (succeeded) WHERE succeeded = 0`,
    `CREATE INDEX attempts_unlogged ON attempts (is_logged) WHERE is_logged = 0`,
    // Within each 1,024 ids: the earliest and the latest end. Finds a time among millions without an index on it.
    `CREATE TABLE attempt_spans (
      span INTEGER PRIMARY KEY,
      first_ms INTEGER NOT NULL,
      last_ms INTEGER NOT NULL
    ) STRICT`,
    // Every three characters of the two paths, in folded case. Filled in pieces, behind the attempts.
    `CREATE VIRTUAL TABLE attempt_words USING fts5 (
      paths, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
    )`,
    `CREATE TABLE parks (
      connection TEXT PRIMARY KEY,
      since_ms INTEGER NOT NULL,
      error_code TEXT NOT NULL,
      reason TEXT NOT NULL,
      settings_mark TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE breakers (
      connection TEXT PRIMARY KEY,
      failures INTEGER NOT NULL,
      open_until_ms INTEGER,
      last_error_code TEXT,
      last_reason TEXT,
      since_ms INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE alarms (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      cause TEXT NOT NULL,
      side TEXT NOT NULL,
      text TEXT NOT NULL,
      opened_ms INTEGER NOT NULL,
      last_ms INTEGER NOT NULL,
      count INTEGER NOT NULL,
      closed_ms INTEGER
    ) STRICT`,
    `CREATE UNIQUE INDEX alarms_open ON alarms (cause) WHERE closed_ms IS NULL`,
    `CREATE TABLE tokens (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      role TEXT NOT NULL,
      hash TEXT NOT NULL UNIQUE,
      created_ms INTEGER NOT NULL,
      expires_ms INTEGER NOT NULL,
      last_used_ms INTEGER,
      revoked_ms INTEGER
    ) STRICT`,
    `CREATE TABLE audits (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at_ms INTEGER NOT NULL,
      who TEXT NOT NULL,
      peer TEXT NOT NULL,
      claimed_peer TEXT,
      what TEXT NOT NULL,
      target TEXT NOT NULL,
      is_allowed INTEGER NOT NULL,
      detail TEXT
    ) STRICT`,
  ],
};

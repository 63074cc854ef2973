-- One file is one tenant. Integer keys join rows; ids stand beside them as 16 bytes in text order.
-- Times are text, 'YYYY-MM-DDTHH:MM:SSZ', so that they sort. `doc` is the JSON object a read answers
-- from, in Graph's property names; the columns beside it are copies to filter and sort by.

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE domains (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL COLLATE NOCASE UNIQUE,
  doc TEXT NOT NULL
);

CREATE TABLE skus (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  part_number TEXT NOT NULL COLLATE NOCASE,
  applies_to TEXT NOT NULL,
  capability TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  warning INTEGER NOT NULL,
  suspended INTEGER NOT NULL,
  locked_out INTEGER NOT NULL,
  consumed INTEGER NOT NULL DEFAULT 0,
  -- 1: the product left the tenant. Not listed and not assignable; what was assigned stays readable.
  removed INTEGER NOT NULL DEFAULT 0,
  -- JSON array of servicePlanInfo, as given out.
  plans TEXT NOT NULL,
  -- The remaining properties: accountId, accountName, subscriptionIds.
  doc TEXT NOT NULL
);

-- The same plans as rows, for filters and for the plan_states view. `id` is the lower-case text of `plan`.
CREATE TABLE sku_plans (
  sku_key INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  plan BLOB NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  service TEXT NOT NULL,
  applies_to TEXT NOT NULL,
  status TEXT NOT NULL,
  PRIMARY KEY (sku_key, ordinal)
) WITHOUT ROWID;
CREATE INDEX sku_plans_plan ON sku_plans (plan, sku_key);

CREATE TABLE subscriptions (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL COLLATE NOCASE UNIQUE,
  doc TEXT NOT NULL
);

CREATE TABLE users (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  upn TEXT NOT NULL COLLATE NOCASE,
  display_name TEXT COLLATE NOCASE,
  mail TEXT COLLATE NOCASE,
  usage_location TEXT COLLATE NOCASE,
  account_enabled INTEGER,
  user_type TEXT COLLATE NOCASE,
  -- NULL never synced, 1 mastered on premises, 0 was synced once.
  on_premises_sync INTEGER,
  created TEXT NOT NULL,
  -- NULL, or since when the account is in the recycle bin.
  deleted TEXT,
  doc TEXT NOT NULL
);
CREATE UNIQUE INDEX users_upn ON users (upn) WHERE deleted IS NULL;
CREATE INDEX users_display_name ON users (display_name) WHERE deleted IS NULL;
CREATE INDEX users_mail ON users (mail) WHERE deleted IS NULL AND mail IS NOT NULL;
CREATE INDEX users_deleted ON users (deleted) WHERE deleted IS NOT NULL;

-- One row per licence and source. An assignment is in effect unless its state is 3.
CREATE TABLE assignments (
  user_key INTEGER NOT NULL,
  sku_key INTEGER NOT NULL,
  -- 0 is a direct assignment; anything else is groups.key.
  source_key INTEGER NOT NULL,
  -- JSON array of lower-case plan ids.
  disabled TEXT NOT NULL,
  -- 0 Active, 1 ActiveWithError, 2 Disabled, 3 Error.
  state INTEGER NOT NULL,
  -- 0 None, 1 CountViolation, 2 MutuallyExclusiveViolation, 3 DependencyViolation,
  -- 4 ProhibitedInUsageLocationViolation, 5 UniquenessViolation, 6 Other.
  error INTEGER NOT NULL,
  updated TEXT NOT NULL,
  PRIMARY KEY (user_key, sku_key, source_key)
) WITHOUT ROWID;
CREATE INDEX assignments_sku ON assignments (sku_key, user_key);
CREATE INDEX assignments_error ON assignments (source_key, user_key) WHERE error <> 0;
-- Who waits for a seat of a product.
CREATE INDEX assignments_waiting ON assignments (sku_key, user_key) WHERE error = 1;

-- What a user once had of a product: `disabled` lists the plans that were never on. Kept small on purpose:
-- a removed plan stays visible as Deleted without a row per plan on every assignment.
CREATE TABLE former (
  user_key INTEGER NOT NULL,
  sku_key INTEGER NOT NULL,
  disabled TEXT NOT NULL,
  updated TEXT NOT NULL,
  PRIMARY KEY (user_key, sku_key)
) WITHOUT ROWID;

-- assignedPlans: one row per plan a user has or once had. Deleted where no assignment gives it any more.
CREATE VIEW plan_states (user_key, plan, service, capability, assigned) AS
SELECT a.user_key, p.plan, p.service, s.capability, a.updated
  FROM assignments a
  JOIN sku_plans p ON p.sku_key = a.sku_key
  JOIN skus s ON s.key = a.sku_key
 WHERE a.state <> 3
   AND instr(a.disabled, p.id) = 0
   AND NOT EXISTS (
     SELECT 1 FROM assignments b JOIN sku_plans q ON q.sku_key = b.sku_key
      WHERE b.user_key = a.user_key AND q.plan = p.plan AND b.state <> 3 AND instr(b.disabled, q.id) = 0
        AND (b.sku_key, b.source_key) < (a.sku_key, a.source_key))
UNION ALL
SELECT f.user_key, p.plan, p.service, 'Deleted', f.updated
  FROM former f
  JOIN sku_plans p ON p.sku_key = f.sku_key
 WHERE instr(f.disabled, p.id) = 0
   AND NOT EXISTS (
     SELECT 1 FROM assignments b JOIN sku_plans q ON q.sku_key = b.sku_key
      WHERE b.user_key = f.user_key AND q.plan = p.plan AND b.state <> 3 AND instr(b.disabled, q.id) = 0)
   AND NOT EXISTS (
     SELECT 1 FROM former g JOIN sku_plans q ON q.sku_key = g.sku_key
      WHERE g.user_key = f.user_key AND q.plan = p.plan AND instr(g.disabled, q.id) = 0 AND g.sku_key < f.sku_key);

CREATE TABLE groups (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  display_name TEXT COLLATE NOCASE,
  mail_nickname TEXT COLLATE NOCASE,
  security_enabled INTEGER NOT NULL,
  mail_enabled INTEGER NOT NULL,
  on_premises_sync INTEGER,
  -- licenseProcessingState.state; NULL while the group never had a licence.
  processing_state TEXT,
  created TEXT NOT NULL,
  deleted TEXT,
  doc TEXT NOT NULL
);
CREATE INDEX groups_display_name ON groups (display_name) WHERE deleted IS NULL;
CREATE INDEX groups_deleted ON groups (deleted) WHERE deleted IS NOT NULL;

CREATE TABLE group_licenses (
  group_key INTEGER NOT NULL,
  sku_key INTEGER NOT NULL,
  disabled TEXT NOT NULL,
  PRIMARY KEY (group_key, sku_key)
) WITHOUT ROWID;
CREATE INDEX group_licenses_sku ON group_licenses (sku_key, group_key);

-- kind: 0 user, 1 group.
CREATE TABLE members (
  group_key INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  member_key INTEGER NOT NULL,
  -- The order in which the members of this group joined.
  joined INTEGER NOT NULL,
  PRIMARY KEY (group_key, kind, member_key)
) WITHOUT ROWID;
CREATE INDEX members_member ON members (kind, member_key, group_key);
CREATE INDEX members_joined ON members (group_key, joined);

-- The rules of groups with dynamic membership that are to be processed.
CREATE TABLE membership_rules (
  group_key INTEGER PRIMARY KEY,
  rule TEXT NOT NULL
);

CREATE TABLE owners (
  group_key INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  member_key INTEGER NOT NULL,
  PRIMARY KEY (group_key, kind, member_key)
) WITHOUT ROWID;
CREATE INDEX owners_member ON owners (kind, member_key, group_key);

-- Roles of the directory that are active, and who holds them. kind: 0 user, 1 group.
CREATE TABLE roles (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  display_name TEXT COLLATE NOCASE,
  template BLOB NOT NULL UNIQUE,
  created TEXT NOT NULL,
  deleted TEXT,
  doc TEXT NOT NULL
);
CREATE TABLE role_members (
  role_key INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  member_key INTEGER NOT NULL,
  PRIMARY KEY (role_key, kind, member_key)
) WITHOUT ROWID;
CREATE INDEX role_members_member ON role_members (kind, member_key, role_key);

-- Rooms that can be booked. `id` is the room's, `mail` its address, which means it too.
CREATE TABLE rooms (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL COLLATE NOCASE UNIQUE,
  mail TEXT COLLATE NOCASE,
  doc TEXT NOT NULL
);

-- Mails that were sent. Nothing is delivered; kept is 1 where the sender wanted a copy.
CREATE TABLE mails (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL COLLATE NOCASE UNIQUE,
  user_key INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  doc TEXT NOT NULL
);
CREATE INDEX mails_user ON mails (user_key, key);

-- The lag of the directory's index: the row as it was, until the index catches up. Empty unless
-- settings.lag.indexSeconds is set. Advanced queries read the indexed_ views instead of the tables.
CREATE TABLE stale_users (
  key INTEGER PRIMARY KEY,
  until TEXT NOT NULL,
  -- 1: the index does not know the user yet; the other columns are then without meaning.
  absent INTEGER NOT NULL,
  id BLOB,
  upn TEXT COLLATE NOCASE,
  display_name TEXT COLLATE NOCASE,
  mail TEXT COLLATE NOCASE,
  usage_location TEXT COLLATE NOCASE,
  account_enabled INTEGER,
  user_type TEXT COLLATE NOCASE,
  on_premises_sync INTEGER,
  created TEXT,
  deleted TEXT,
  doc TEXT
);
CREATE TABLE stale_assignments (
  user_key INTEGER NOT NULL,
  sku_key INTEGER NOT NULL,
  source_key INTEGER NOT NULL,
  disabled TEXT NOT NULL,
  state INTEGER NOT NULL,
  error INTEGER NOT NULL,
  updated TEXT NOT NULL,
  PRIMARY KEY (user_key, sku_key, source_key)
) WITHOUT ROWID;
CREATE VIEW indexed_users AS
SELECT key, id, upn, display_name, mail, usage_location, account_enabled, user_type, on_premises_sync, created, deleted, doc
  FROM users WHERE key NOT IN (SELECT key FROM stale_users)
UNION ALL
SELECT key, id, upn, display_name, mail, usage_location, account_enabled, user_type, on_premises_sync, created, deleted, doc
  FROM stale_users WHERE absent = 0;
CREATE VIEW indexed_assignments AS
SELECT user_key, sku_key, source_key, disabled, state, error, updated
  FROM assignments WHERE user_key NOT IN (SELECT key FROM stale_users)
UNION ALL
SELECT user_key, sku_key, source_key, disabled, state, error, updated FROM stale_assignments;

-- A usage location that licensing does not see yet (settings.lag.licensingSeconds): the one it still sees.
CREATE TABLE lagging_locations (
  user_key INTEGER PRIMARY KEY,
  until TEXT NOT NULL,
  usage_location TEXT
);

-- Every request the tenant got, in order, while settings.requestLog asks for it.
CREATE TABLE requests (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  query TEXT NOT NULL,
  -- JSON array of [name, value].
  headers TEXT NOT NULL,
  body TEXT NOT NULL,
  status INTEGER NOT NULL,
  -- The answer's body where it is an error.
  response TEXT,
  request_id TEXT NOT NULL,
  write INTEGER NOT NULL,
  -- For a step of a $batch: the key of the batch and the step's id.
  parent INTEGER,
  item TEXT,
  -- What the caller got instead of the answer, by a fault on purpose.
  fault TEXT
);

-- What is left of each limit of settings.quota, and when that was so, in milliseconds since 1970 on the tenant's clock.
CREATE TABLE quota (
  bucket TEXT PRIMARY KEY,
  remaining REAL NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;

-- How often each fault of settings.faults has matched, so that "the third time" survives the process.
CREATE TABLE fault_counts (
  fault INTEGER PRIMARY KEY,
  matched INTEGER NOT NULL
);

-- Work that is due at a time of the tenant's clock. Every request first does what is due.
CREATE TABLE due (
  key INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject INTEGER NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX due_at ON due (at);
CREATE INDEX due_subject ON due (kind, subject);

-- Members whose licences are due to be computed anew. On whose behalf: a group's, or 0.
CREATE TABLE due_members (
  key INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  group_key INTEGER NOT NULL,
  user_key INTEGER NOT NULL,
  UNIQUE (group_key, user_key)
);
CREATE INDEX due_members_at ON due_members (at, key);

/* The library's whole path from C: a tenant made from a seed, a location set, a licence given and read back, a
 * job cancelled; then everything a caller can get wrong.
 *
 *   gcc -std=c11 -Wall -Wextra -Werror -I rust/ffi/include tests/c/smoke.c -o smoke \
 *       -L target/release -lmglicense -Wl,-rpath,target/release
 *   ./smoke <an empty folder>
 *
 * On Windows: cl /std:c11 /I rust\ffi\include tests\c\smoke.c /link target\release\mglicense.dll.lib
 */
#include "tap.h"

/* What a job said. `items` and `errors` are the data of those events, one after the other. */
typedef struct Said {
  int32_t last_status;
  int item_count;
  int error_count;
  int progress_count;
  int warning_count;
  char *items;
  char *errors;
} Said;

static void append(char **all, const char *more) {
  size_t before = strlen(*all);
  size_t length = strlen(more);
  char *longer = realloc(*all, before + length + 2);
  if (longer == NULL) {
    abort();
  }
  memcpy(longer + before, more, length);
  longer[before + length] = '\n';
  longer[before + length + 1] = '\0';
  *all = longer;
}

/* Pulls a job to its end and frees it. Questions are answered with `reply`. */
static Said drain(uint64_t job, const char *reply) {
  Said said = {0, 0, 0, 0, 0, calloc(1, 1), calloc(1, 1)};
  for (;;) {
    MglEvent event;
    said.last_status = mgl_job_next(job, 100, &event);
    if (said.last_status == MGL_NOTHING) {
      continue;
    }
    if (said.last_status != MGL_OK) {
      mgl_buf_free(event.data);
      break;
    }
    uint32_t kind = event.kind;
    uint64_t id = event.id;
    char *data = take(event.data);
    if (kind == MGL_EVENT_ITEM || kind == MGL_EVENT_PAGE) {
      said.item_count += 1;
      append(&said.items, data);
    } else if (kind == MGL_EVENT_ERROR) {
      said.error_count += 1;
      append(&said.errors, data);
    } else if (kind == MGL_EVENT_QUESTION) {
      mgl_job_reply(job, id, text(reply));
    } else if (kind == MGL_EVENT_PROGRESS) {
      said.progress_count += 1;
    } else if (kind == MGL_EVENT_WARNING) {
      said.warning_count += 1;
    }
    free(data);
  }
  mgl_job_free(job);
  return said;
}

static void forget(Said said) {
  free(said.items);
  free(said.errors);
}

/* Starts an operation that must start, and pulls it to its end. */
static Said run(Operation operation, uint64_t session, const char *payload) {
  uint64_t job = 0;
  MglBuf error;
  int32_t status = operation(session, text(payload), &job, &error);
  char *why = take(error);
  if (status != MGL_OK) {
    printf("# %d: %s\n", status, why);
    Said said = {status, 0, 1, 0, 0, calloc(1, 1), why};
    return said;
  }
  free(why);
  return drain(job, "true");
}

/* Whether a job went well and its results hold a text. */
static int gives(Said said, const char *part) {
  int held = said.last_status == MGL_FINISHED && said.error_count == 0 && strstr(said.items, part) != NULL;
  if (!held) {
    printf("# status %d, results: %s# errors: %s\n", said.last_status, said.items, said.errors);
  }
  forget(said);
  return held;
}

/* Whether a job failed, and its error holds a text. */
static int fails(Said said, const char *part) {
  int held = said.error_count == 1 && strstr(said.errors, part) != NULL;
  if (!held) {
    printf("# status %d, results: %s# errors: %s\n", said.last_status, said.items, said.errors);
  }
  forget(said);
  return held;
}

static const char *const SEED =
    "{\"version\":1,\"seed\":1,\"clock\":\"2026-11-25T09:00:00Z\","
    "\"organization\":{\"displayName\":\"Contoso\",\"countryLetterCode\":\"GB\"},"
    "\"domains\":[{\"id\":\"contoso.com\",\"isDefault\":true,\"isInitial\":false}],"
    "\"subscribedSkus\":[{\"skuPartNumber\":\"SPE_E5\",\"prepaidUnits\":{\"enabled\":10,\"warning\":0,\"suspended\":0,\"lockedOut\":0}}],"
    "\"users\":[{\"userPrincipalName\":\"ada@contoso.com\",\"displayName\":\"Ada\"},"
    "{\"userPrincipalName\":\"bob@contoso.com\",\"displayName\":\"Bob\",\"usageLocation\":\"GB\"}]}";

static const char *const ADA = "{\"userId\":\"ada@contoso.com\"}";
static const char *const GIVE = "{\"userId\":\"ada@contoso.com\",\"addLicenses\":[{\"skuId\":\"SPE_E5\",\"disabledPlans\":[\"SWAY\"]}]}";

/* A file in the scratch folder, as a JSON string may hold it. */
static void in_folder(char *out, size_t size, const char *folder, const char *name) {
  snprintf(out, size, "%s/%s", folder, name);
  for (char *at = out; *at != '\0'; at++) {
    if (*at == '\\') {
      *at = '/';
    }
  }
}

/* A tenant served to other clients: its secret travels by itself, and a server that stopped is gone. */
static void serving(const char *payload) {
  uint64_t job = 0;
  MglBuf secret;
  check(mgl_local_server_start(0, text(payload), &job, NULL) == MGL_OK, "a server is asked for");
  Said said = drain(job, "");
  const char *at = strstr(said.items, "\"server\":");
  check(said.error_count == 0 && at != NULL && strstr(said.items, "\"uri\":\"http://127.0.0.1:") != NULL, "a tenant is served on loopback");
  uint64_t server = at == NULL ? 0 : strtoull(at + strlen("\"server\":"), NULL, 10);
  check(mgl_local_server_secret(server, &secret) == MGL_OK && secret.len > 20, "its secret is had by itself");
  char *known = take(secret);
  check(*known != '\0' && strstr(said.items, known) == NULL, "the secret is not among what is said of it");
  free(known);
  forget(said);
  check(gives(run(mgl_local_server_list, 0, "{}"), "\"tokenEndpoint\""), "servers are listed");
  check(fails(run(mgl_local_server_stop, 0, "{}"), "no server is named"), "a server to stop must be named");
  char stop[64];
  snprintf(stop, sizeof stop, "{\"server\":%llu}", (unsigned long long)server);
  check(gives(run(mgl_local_server_stop, 0, stop), "\"uri\""), "a server is stopped");
  check(fails(run(mgl_local_server_stop, 0, stop), "NotServed"), "a server is stopped once");
  check(mgl_local_server_secret(server, &secret) == MGL_INVALID_HANDLE && is_empty(secret), "a stopped server has no secret");
  check(mgl_local_server_secret(server, NULL) == MGL_INVALID_ARGUMENT, "a secret needs a place to go");
}

/* The workflow, on a tenant made from a seed. */
static void workflow(const char *folder) {
  char seed[1024], tenant[1024], payload[4096];
  in_folder(seed, sizeof seed, folder, "smoke.json");
  in_folder(tenant, sizeof tenant, folder, "smoke.mgtenant");
  FILE *file = fopen(seed, "wb");
  check(file != NULL && fputs(SEED, file) >= 0 && fclose(file) == 0, "a seed can be written");

  snprintf(payload, sizeof payload, "{\"path\":\"%s\",\"source\":\"seed\",\"seedPath\":\"%s\",\"force\":true,"
           "\"overrides\":{\"requestLog\":\"all\"}}", tenant, seed);
  check(gives(run(mgl_local_tenant_create, 0, payload), "\"users\":2"), "a tenant is made from a seed");

  uint64_t session = 0;
  MglBuf error;
  snprintf(payload, sizeof payload, "{\"kind\":\"local\",\"path\":\"%s\"}", tenant);
  check(mgl_session_open(text(payload), nothing(), &session, &error) == MGL_OK && session != 0, "the tenant is opened");
  mgl_buf_free(error);
  MglBuf info;
  check(mgl_session_info(session, &info) == MGL_OK, "a session is known");
  char *known = take(info);
  check(strstr(known, "\"displayName\":\"Contoso\"") != NULL && strstr(known, "\"defaultDomain\":\"contoso.com\"") != NULL,
        "a session names its organisation");
  free(known);

  check(fails(run(mgl_user_assign_license, session, GIVE), "invalid usage location"), "a licence needs a location first");
  check(gives(run(mgl_user_test_license, session, "{\"users\":[{\"userId\":\"ada@contoso.com\"}],\"addLicenses\":[{\"skuId\":\"SPE_E5\"}]}"),
              "UsageLocationMissing"),
        "a test says so beforehand");
  check(fails(run(mgl_user_set_usage_location, session, "{\"userId\":\"ada@contoso.com\",\"usageLocation\":\"UK\"}"), "\"hint\":\"GB\""),
        "UK is refused with the hint GB");
  check(gives(run(mgl_user_set_usage_location, session, "{\"userId\":\"ada@contoso.com\",\"usageLocation\":\"gb\",\"ask\":true}"),
              "\"usageLocationAfter\":\"GB\""),
        "a location is set once the question was answered");
  check(gives(run(mgl_user_assign_license, session, GIVE), "ada@contoso.com"), "a licence is given by its name");
  check(gives(run(mgl_user_get, session, "{\"userId\":\"ada@contoso.com\",\"property\":[\"usageLocation\",\"assignedLicenses\"]}"),
              "06ebc4ee-1bb5-47dd-8120-11324bc54e06"),
        "the licence is read back");
  check(gives(run(mgl_user_list_license_details, session, ADA), "SPE_E5"), "the licence's details are read back");
  check(gives(run(mgl_subscribed_sku_list, session, "{}"), "\"consumedUnits\":1"), "a seat is in use");
  check(gives(run(mgl_graph_list, session, "{\"path\":\"/users\",\"filter\":\"usageLocation eq 'GB'\",\"property\":[\"id\"],\"all\":true}"), "\"id\""),
        "users are listed by a filter");
  check(gives(run(mgl_user_remove_license, session, "{\"userId\":\"ada@contoso.com\",\"all\":true}"), "\"status\":\"Changed\""),
        "the licence is taken away");
  check(fails(run(mgl_user_get, session, "{\"userId\":\"nobody@contoso.com\"}"), "\"status\":404"), "a user that isn't there is a 404");
  check(gives(run(mgl_local_tenant_requests, session, "{\"writeOnly\":true}"), "assignLicense"), "the tenant remembers what it was asked");
  check(gives(run(mgl_complete, session, "{\"kind\":\"sku\",\"prefix\":\"spe\",\"limit\":1}"), "SPE_E5"), "names are completed");
  check(gives(run(mgl_complete, 0, "{\"kind\":\"location\",\"prefix\":\"GB\"}"), "GB"), "names are completed without a session");

  uint64_t job = 0;
  check(mgl_graph_list(session, text("{\"path\":\"/users\",\"all\":true}"), &job, NULL) == MGL_OK, "a listing is started");
  check(mgl_job_cancel(job) == MGL_OK && mgl_job_cancel(job) == MGL_OK, "a job is cancelled, also twice");
  check(fails(drain(job, ""), "\"kind\":\"cancelled\""), "a cancelled job says so and ends");

  check(mgl_user_get(session, text(ADA), &job, NULL) == MGL_OK, "a job is started before its session is closed");
  check(mgl_session_close(session) == MGL_OK, "a session is closed");
  check(mgl_session_close(session) == MGL_INVALID_HANDLE, "a session is closed once");
  check(mgl_session_info(session, &info) == MGL_INVALID_HANDLE && is_empty(info), "a closed session is not known");
  check(gives(drain(job, ""), "ada@contoso.com"), "a job outlives the closing of its session");
  check(fails(run(mgl_user_get, session, ADA), "\"kind\":\"notConnected\""), "a closed session starts nothing");

  snprintf(payload, sizeof payload, "{\"path\":\"%s\"}", tenant);
  check(gives(run(mgl_local_tenant_info, 0, payload), "\"skus\":1"), "a tenant is described without a session");
  serving(payload);
  check(gives(run(mgl_local_tenant_remove, 0, payload), tenant), "a tenant is removed");
  check(fails(run(mgl_local_tenant_info, 0, payload), "\"kind\":\"tenant\""), "a tenant that isn't there is an error");
  remove(seed);
}

/* Everything that is wrong about handles. */
static void handles(uint64_t session) {
  uint64_t job = 0, other = 0;
  MglEvent event;
  check(mgl_user_get(session, text(ADA), &job, NULL) == MGL_OK && job != 0, "a job has a handle");
  check(mgl_job_next(session, 0, &event) == MGL_INVALID_HANDLE && event.kind == 0 && is_empty(event.data), "a session is no job");
  check(mgl_session_close(job) == MGL_INVALID_HANDLE, "a job is no session");
  check(mgl_job_reply(job, 1, text("true")) == MGL_TOO_LATE, "an answer to no question comes too late");
  check(mgl_job_free(job) == MGL_OK, "a job is freed");
  check(mgl_job_free(job) == MGL_INVALID_HANDLE, "a job is freed once");
  check(mgl_user_get(session, text(ADA), &other, NULL) == MGL_OK && other != job, "a new job has another handle");
  check(mgl_job_next(job, 0, &event) == MGL_INVALID_HANDLE, "a stale handle is not the job that came after it");
  check(mgl_job_cancel(job) == MGL_INVALID_HANDLE, "a stale handle cancels nothing");
  check(mgl_job_reply(job, 1, text("")) == MGL_INVALID_HANDLE, "a stale handle answers nothing");
  mgl_job_free(other);
  static const uint64_t WRONG[] = {0, 1, UINT64_MAX, (uint64_t)1 << 56, (uint64_t)2 << 56 | UINT32_MAX};
  int refused = 1;
  for (size_t at = 0; at < sizeof WRONG / sizeof WRONG[0]; at++) {
    refused = refused && mgl_job_next(WRONG[at], 0, &event) == MGL_INVALID_HANDLE && mgl_job_free(WRONG[at]) == MGL_INVALID_HANDLE;
  }
  check(refused, "numbers that are no handles are refused");
  check(mgl_user_get(0, text(ADA), &job, NULL) == MGL_INVALID_HANDLE && job == 0, "0 is no session");
}

/* Everything that is wrong about inputs and outputs. */
static void inputs(uint64_t session) {
  uint64_t job = 77;
  MglBuf error;
  MglEvent event;
  MglBytes null_with_length = {NULL, 5};
  MglBytes endless = {(const uint8_t *)"{}", SIZE_MAX};
  MglBytes half = {(const uint8_t *)"{\"userId\":\"\xff\"}", 13};
  MglBytes with_nul = {(const uint8_t *)"{}\0", 3};
  check(mgl_user_get(session, text(ADA), NULL, &error) == MGL_INVALID_ARGUMENT && is_empty(error), "a job needs a place for its handle");
  check(mgl_user_get(session, null_with_length, &job, &error) == MGL_INVALID_ARGUMENT && job == 0, "NULL has no length");
  check(mgl_user_get(session, endless, &job, &error) == MGL_INVALID_ARGUMENT && job == 0, "a length must be possible");
  check(mgl_user_get(session, half, &job, &error) == MGL_NOT_UTF8 && job == 0, "a payload is UTF-8");
  check(mgl_user_get(session, nothing(), &job, NULL) == MGL_NOT_JSON && job == 0, "no payload is no JSON");
  check(mgl_user_get(session, text("{"), &job, NULL) == MGL_NOT_JSON, "half an object is no JSON");
  check(mgl_user_get(session, text("[]"), &job, NULL) == MGL_NOT_JSON, "a list is no payload");
  check(mgl_user_get(session, with_nul, &job, NULL) == MGL_NOT_JSON, "a NUL after the payload is no JSON");
  int32_t status = mgl_user_get(session, text("{\"userId\":\"a\",\"usrId\":1}"), &job, &error);
  char *why = take(error);
  check(status == MGL_NOT_JSON && job == 0 && strstr(why, "usrId") != NULL && strstr(why, "\"kind\":\"argument\"") != NULL,
        "a member that isn't known is named");
  free(why);
  check(mgl_job_next(0, 0, NULL) == MGL_INVALID_ARGUMENT, "an event needs a place");
  check(mgl_user_get(session, text(ADA), &job, NULL) == MGL_OK, "an error's place may be left out");
  check(mgl_job_next(job, 0, NULL) == MGL_INVALID_ARGUMENT, "an event needs a place, for a job too");
  check(mgl_job_reply(job, 1, null_with_length) == MGL_INVALID_ARGUMENT, "an answer that is NULL has no length");
  mgl_job_free(job);
  (void)event;
  uint64_t opened = 77;
  check(mgl_session_open(text("{\"kind\":\"local\",\"path\":\":memory:\"}"), nothing(), NULL, NULL) == MGL_INVALID_ARGUMENT,
        "a session needs a place for its handle");
  check(mgl_session_open(text("{\"kind\":\"elsewhere\"}"), nothing(), &opened, NULL) == MGL_NOT_JSON && opened == 0, "a kind must be known");
  check(mgl_session_open(half, nothing(), &opened, NULL) == MGL_NOT_UTF8, "options are UTF-8");
  check(mgl_session_open(text("{\"kind\":\"local\",\"path\":\"/no/such/folder/x.mgtenant\"}"), nothing(), &opened, &error) == MGL_FAILED,
        "a file that isn't there can't be opened");
  why = take(error);
  check(strstr(why, "x.mgtenant") != NULL && strstr(why, "\"kind\":\"tenant\"") != NULL, "the error names the file");
  free(why);
  check(mgl_session_open(text("{\"kind\":\"local\",\"path\":\":memory:\"}"), null_with_length, &opened, NULL) == MGL_INVALID_ARGUMENT,
        "a secret that is NULL has no length");
  check(mgl_session_open(text("{\"kind\":\"local\",\"path\":\":memory:\"}"), text("canary"), &opened, &error) == MGL_FAILED,
        "a local tenant takes no secret");
  why = take(error);
  check(strstr(why, "canary") == NULL, "a secret is never in an error");
  free(why);
  check(mgl_session_info(session, NULL) == MGL_INVALID_ARGUMENT, "information needs a place");
  MglBuf empty = {NULL, 0, 0};
  mgl_buf_free(empty);
  check(1, "an empty buffer is freed without harm");
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: smoke <an empty folder>\n");
    return 2;
  }
  check(mgl_abi_version() == MGL_ABI_VERSION, "library and header are of one version");
  char *version = take(mgl_version());
  check(strchr(version, '.') != NULL, "the library says its version");
  free(version);
  workflow(argv[1]);

  uint64_t session = 0;
  MglBuf error;
  check(mgl_session_open(text("{\"kind\":\"local\",\"path\":\":memory:\"}"), nothing(), &session, &error) == MGL_OK, "a tenant in memory is opened");
  mgl_buf_free(error);
  handles(session);
  inputs(session);
  mgl_session_close(session);
  return done();
}

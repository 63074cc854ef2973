/* A panic inside any export, or inside a job, is a status, on the library as it is shipped.
 *
 * The library makes an export panic when MGLICENSE_FAULT names it, and reads that once per process; so this
 * program runs itself once for each export.
 *
 *   gcc -std=c11 -Wall -Wextra -Werror -I rust/ffi/include tests/c/panic.c -o panic \
 *       -L target/release -lmglicense -Wl,-rpath,target/release
 *   ./panic
 */
#include "tap.h"

#ifdef _WIN32
static void set_fault(const char *value) { _putenv_s("MGLICENSE_FAULT", value); }
#else
int setenv(const char *name, const char *value, int overwrite);
static void set_fault(const char *value) { setenv("MGLICENSE_FAULT", value, 1); }
#endif

static const char *const USER = "{\"userId\":\"ada@contoso.com\"}";
static const char *const MEMORY = "{\"kind\":\"local\",\"path\":\":memory:\"}";

/* The exports that start a job, by name. */
static const struct {
  const char *name;
  Operation operation;
} OPERATIONS[] = {
    {"mgl_user_assign_license", mgl_user_assign_license},
    {"mgl_user_remove_license", mgl_user_remove_license},
    {"mgl_user_test_license", mgl_user_test_license},
    {"mgl_user_license_preflight", mgl_user_license_preflight},
    {"mgl_user_set_usage_location", mgl_user_set_usage_location},
    {"mgl_user_license_run", mgl_user_license_run},
    {"mgl_run_resume", mgl_run_resume},
    {"mgl_run_undo", mgl_run_undo},
    {"mgl_run_list", mgl_run_list},
    {"mgl_group_assign_license", mgl_group_assign_license},
    {"mgl_group_test_license", mgl_group_test_license},
    {"mgl_group_switch_license", mgl_group_switch_license},
    {"mgl_license_error_list", mgl_license_error_list},
    {"mgl_license_error_repair", mgl_license_error_repair},
    {"mgl_complete", mgl_complete},
    {"mgl_license_product_list", mgl_license_product_list},
    {"mgl_license_product_load", mgl_license_product_load},
    {"mgl_license_assignment_list", mgl_license_assignment_list},
    {"mgl_license_summary", mgl_license_summary},
    {"mgl_license_finding_list", mgl_license_finding_list},
    {"mgl_license_report_write", mgl_license_report_write},
    {"mgl_user_license_wait", mgl_user_license_wait},
    {"mgl_user_set_usage_locations", mgl_user_set_usage_locations},
    {"mgl_user_list", mgl_user_list},
    {"mgl_user_get", mgl_user_get},
    {"mgl_user_create", mgl_user_create},
    {"mgl_user_update", mgl_user_update},
    {"mgl_user_delete", mgl_user_delete},
    {"mgl_user_list_license_details", mgl_user_list_license_details},
    {"mgl_user_list_member_of", mgl_user_list_member_of},
    {"mgl_subscribed_sku_list", mgl_subscribed_sku_list},
    {"mgl_subscribed_sku_get", mgl_subscribed_sku_get},
    {"mgl_group_list", mgl_group_list},
    {"mgl_group_get", mgl_group_get},
    {"mgl_group_list_members", mgl_group_list_members},
    {"mgl_organization_list", mgl_organization_list},
    {"mgl_domain_list", mgl_domain_list},
    {"mgl_directory_subscription_list", mgl_directory_subscription_list},
    {"mgl_graph_list", mgl_graph_list},
    {"mgl_graph_get", mgl_graph_get},
    {"mgl_graph_send", mgl_graph_send},
    {"mgl_graph_request", mgl_graph_request},
    {"mgl_session_sign_in", mgl_session_sign_in},
    {"mgl_local_tenant_create", mgl_local_tenant_create},
    {"mgl_local_tenant_info", mgl_local_tenant_info},
    {"mgl_local_tenant_remove", mgl_local_tenant_remove},
    {"mgl_local_tenant_requests", mgl_local_tenant_requests},
    {"mgl_local_tenant_set", mgl_local_tenant_set},
    {"mgl_local_tenant_step", mgl_local_tenant_step},
    {"mgl_local_server_start", mgl_local_server_start},
    {"mgl_local_server_list", mgl_local_server_list},
    {"mgl_local_server_stop", mgl_local_server_stop},
};

/* The others. "job" stands for a panic inside a job rather than in an export. */
static const char *const OTHERS[] = {
    "mgl_abi_version", "mgl_version",  "mgl_buf_free",   "mgl_session_open", "mgl_session_close", "mgl_session_info",
    "mgl_session_keepable", "mgl_session_by_proxy",
    "mgl_job_next",    "mgl_job_reply", "mgl_job_cancel", "mgl_job_free",     "job",              "mgl_session_request_context",
    "mgl_local_server_secret", "mgl_run_rows",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t open_session(int32_t *status) {
  uint64_t session = 1;
  *status = mgl_session_open(text(MEMORY), nothing(), &session, NULL);
  return session;
}

/* A job ends with MGL_PANIC and an error that names the place; another one is not touched. */
static int job_panics(void) {
  int32_t status;
  uint64_t session = open_session(&status), job = 0, other = 0;
  MglEvent event;
  if (mgl_user_get(session, text(USER), &job, NULL) != MGL_OK || mgl_user_get(session, text(USER), &other, NULL) != MGL_OK) {
    return 0;
  }
  int32_t first = mgl_job_next(job, 1000, &event);
  uint32_t kind = event.kind;
  char *data = take(event.data);
  int told = kind == MGL_EVENT_ERROR && strstr(data, "\"kind\":\"internal\"") != NULL && strstr(data, ".rs:") != NULL;
  free(data);
  int32_t second = mgl_job_next(job, 0, &event);
  int held = first == MGL_PANIC && told && second == MGL_FINISHED && mgl_job_free(job) == MGL_OK;
  held = held && mgl_job_cancel(other) == MGL_OK && mgl_job_free(other) == MGL_OK && mgl_session_close(session) == MGL_OK;
  return held;
}

/* Whether the export whose fault is set brings back a status, and the rest of the library still works. */
static int survives(const char *name) {
  for (size_t at = 0; at < COUNT(OPERATIONS); at++) {
    if (strcmp(name, OPERATIONS[at].name) == 0) {
      int32_t opened;
      uint64_t session = open_session(&opened), job = 1;
      int32_t status = OPERATIONS[at].operation(session, text("{}"), &job, NULL);
      return opened == MGL_OK && status == MGL_PANIC && mgl_session_close(session) == MGL_OK;
    }
  }
  int32_t opened = MGL_OK;
  MglBuf info = {0};
  MglEvent event;
  if (strcmp(name, "job") == 0) {
    return job_panics();
  }
  if (strcmp(name, "mgl_abi_version") == 0) {
    return mgl_abi_version() == 0;
  }
  if (strcmp(name, "mgl_version") == 0) {
    return is_empty(mgl_version());
  }
  if (strcmp(name, "mgl_buf_free") == 0) {
    mgl_buf_free(info);
    return mgl_abi_version() == MGL_ABI_VERSION;
  }
  if (strcmp(name, "mgl_session_open") == 0) {
    uint64_t session = open_session(&opened);
    (void)session;
    return opened == MGL_PANIC;
  }
  if (strcmp(name, "mgl_local_server_secret") == 0) {
    return mgl_local_server_secret(1, &info) == MGL_PANIC && is_empty(info);
  }
  uint64_t session = open_session(&opened);
  if (strcmp(name, "mgl_session_close") == 0) {
    return mgl_session_close(session) == MGL_PANIC;
  }
  if (strcmp(name, "mgl_session_info") == 0) {
    return mgl_session_info(session, &info) == MGL_PANIC;
  }
  if (strcmp(name, "mgl_session_by_proxy") == 0) {
    uint64_t other = 1;
    return mgl_session_by_proxy(session, text("{}"), nothing(), &other, NULL) == MGL_PANIC;
  }
  if (strcmp(name, "mgl_session_keepable") == 0) {
    return mgl_session_keepable(session, &info) == MGL_PANIC;
  }
  if (strcmp(name, "mgl_session_request_context") == 0) {
    return mgl_session_request_context(session, text("{}"), NULL) == MGL_PANIC;
  }
  uint64_t job = 0;
  if (mgl_user_get(session, text(USER), &job, NULL) != MGL_OK) {
    return 0;
  }
  if (strcmp(name, "mgl_job_next") == 0) {
    return mgl_job_next(job, 0, &event) == MGL_PANIC && mgl_job_free(job) == MGL_OK;
  }
  if (strcmp(name, "mgl_job_reply") == 0) {
    return mgl_job_reply(job, 1, text("true")) == MGL_PANIC && mgl_job_free(job) == MGL_OK;
  }
  if (strcmp(name, "mgl_run_rows") == 0) {
    return mgl_run_rows(job, text("[]"), 1) == MGL_PANIC && mgl_job_free(job) == MGL_OK;
  }
  if (strcmp(name, "mgl_job_cancel") == 0) {
    return mgl_job_cancel(job) == MGL_PANIC && mgl_job_free(job) == MGL_OK;
  }
  return strcmp(name, "mgl_job_free") == 0 && mgl_job_free(job) == MGL_PANIC;
}

/* Runs this program again for one export. */
static void check_one(const char *program, const char *name) {
  char command[2048], sentence[256];
  snprintf(command, sizeof command, "\"%s\" %s", program, name);
  snprintf(sentence, sizeof sentence, "a panic in %s is a status", name);
  check(system(command) == 0, sentence);
}

int main(int argc, char **argv) {
  if (argc == 2) {
    char fault[256];
    snprintf(fault, sizeof fault, "panic:%s", argv[1]);
    set_fault(fault);
    return survives(argv[1]) ? 0 : 1;
  }
  for (size_t at = 0; at < COUNT(OPERATIONS); at++) {
    check_one(argv[0], OPERATIONS[at].name);
  }
  for (size_t at = 0; at < COUNT(OTHERS); at++) {
    check_one(argv[0], OTHERS[at]);
  }
  return done();
}

/* A bounded loop of random calls: whatever is called in whatever order with whatever bytes, a status comes back.
 * The same seed makes the same calls.
 *
 *   gcc -std=c11 -Wall -Wextra -Werror -I rust/ffi/include tests/c/random.c -o random \
 *       -L target/release -lmglicense -Wl,-rpath,target/release
 *   ./random [seed [calls]]
 */
#include "tap.h"

#define SLOTS 32

static const Operation OPERATIONS[] = {
    mgl_user_assign_license,
    mgl_user_remove_license,
    mgl_user_test_license,
    mgl_user_license_preflight,
    mgl_user_set_usage_location,
    mgl_group_assign_license,
    mgl_group_test_license,
    mgl_group_switch_license,
    mgl_license_error_list,
    mgl_license_error_repair,
    mgl_complete,
    mgl_user_list,
    mgl_user_get,
    mgl_user_create,
    mgl_user_update,
    mgl_user_delete,
    mgl_user_list_license_details,
    mgl_user_list_member_of,
    mgl_subscribed_sku_list,
    mgl_subscribed_sku_get,
    mgl_group_list,
    mgl_group_get,
    mgl_group_list_members,
    mgl_organization_list,
    mgl_domain_list,
    mgl_directory_subscription_list,
    mgl_graph_list,
    mgl_graph_get,
    mgl_graph_send,
    mgl_graph_request,
    mgl_local_tenant_info,
    mgl_local_tenant_requests,
    mgl_local_tenant_set,
    mgl_local_tenant_step,
};

static const char *const PAYLOADS[] = {
    "",
    "{}",
    "null",
    "[[[[[[[[[[",
    "{\"userId\":\"ada@contoso.com\"}",
    "{\"userId\":\"..\"}",
    "{\"userId\":\"\",\"addLicenses\":{}}",
    "{\"userId\":\"ada@contoso.com\",\"addLicenses\":[{\"skuId\":\"SPE_E5\",\"disabledPlans\":\"SWAY\"}],\"usageLocation\":\"GB\"}",
    "{\"userId\":\"ada@contoso.com\",\"addLicenses\":[{\"skuId\":\"MCOPSTN5\"}],\"removeLicenses\":[null],\"ask\":true}",
    "{\"userId\":\"ada@contoso.com\",\"skuIds\":[\"SPE_E5\"],\"all\":true}",
    "{\"userId\":\"ada@contoso.com\",\"usageLocation\":\"UK\"}",
    "{\"userId\":\"ada@contoso.com\",\"usageLocation\":\"FR\",\"ask\":true,\"debug\":true}",
    "{\"userId\":\"ada@contoso.com\",\"body\":{\"usageLocation\":\"GB\"}}",
    "{\"body\":{\"displayName\":\"X\",\"passwordProfile\":{\"password\":\"x\"}}}",
    "{\"users\":[{\"userId\":\"ada@contoso.com\"},{\"userId\":\"b\"},{\"userId\":\"c\",\"usageLocation\":\"x\"}],\"addLicenses\":{\"skuId\":\"SPE_E5\"}}",
    "{\"groupId\":\"g\",\"addLicenses\":[]}",
    "{\"subscribedSkuId\":\"x\"}",
    "{\"kind\":\"sku\",\"prefix\":\"s\",\"limit\":3}",
    "{\"kind\":\"plan\",\"skus\":[\"SPE_E5\"],\"limit\":3}",
    "{\"top\":5,\"all\":true,\"count\":true,\"consistencyLevel\":\"eventual\"}",
    "{\"pageSize\":0}",
    "{\"filter\":\"startswith(displayName,'a'\",\"search\":\"x\",\"sort\":[\"displayName\"]}",
    "{\"path\":\"/users\",\"all\":true,\"wantHeaders\":true}",
    "{\"path\":\"/{a}/{b\",\"ids\":{\"a\":\"x\"}}",
    "{\"path\":\"/users\",\"ids\":{\"x\":\"y\"},\"headers\":{\"a\\n\":\"b\"}}",
    "{\"method\":\"POST\",\"path\":\"/users\",\"body\":[1,2,{\"a\":null}]}",
    "{\"method\":\"DELETE\",\"path\":\"/users/{u}\",\"ids\":{\"u\":\"nobody\"},\"ask\":true}",
    "{\"uri\":\"https://graph.microsoft.com/v1.0/users?$top=1\"}",
    "{\"uri\":\"https://elsewhere.example/\"}",
    "{\"method\":\"POST\",\"uri\":\"v1.0/$batch\",\"body\":\"{\\\"requests\\\":[]}\"}",
    "{\"method\":\"PUT\",\"uri\":\"/x\",\"body\":\"!!\",\"bodyEncoding\":\"base64\"}",
    "{\"writeOnly\":true,\"last\":3}",
    "{\"settings\":{\"durability\":\"none\"}}",
    "{\"path\":\"/no/such/folder/x.mgtenant\"}",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t state;

/* A random number below `limit` (splitmix64: the same on every machine). */
static uint64_t below(uint64_t limit) {
  state += 0x9e3779b97f4a7c15u;
  uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return (mixed ^ (mixed >> 31)) % limit;
}

static uint64_t jobs[SLOTS];
static uint64_t sessions[SLOTS];

/* Mostly a handle that was once given, sometimes one with a bit turned, sometimes anything. */
static uint64_t some_handle(const uint64_t *given) {
  switch (below(10)) {
    case 0:
      return below(UINT64_MAX);
    case 1:
      return given[below(SLOTS)] ^ (uint64_t)1 << below(64);
    default:
      return given[below(SLOTS)];
  }
}

/* A known payload, sometimes cut, sometimes with a byte changed. The caller frees it. */
static MglBytes some_payload(uint8_t **owned) {
  const char *known = PAYLOADS[below(COUNT(PAYLOADS))];
  size_t length = strlen(known);
  uint8_t *copy = malloc(length + 1);
  if (copy == NULL) {
    abort();
  }
  memcpy(copy, known, length + 1);
  uint64_t kind = below(8);
  if (kind == 0) {
    length = below(length + 1);
  } else if (kind == 1 && length > 0) {
    copy[below(length)] = (uint8_t)below(256);
  }
  *owned = copy;
  MglBytes bytes = {copy, length};
  return bytes;
}

/* Whether a status is one of the known ones, and an output is whole. */
static int sound(int32_t status, MglBuf buffer) {
  return status >= MGL_TOO_LATE && status <= MGL_FINISHED && status != MGL_PANIC && (buffer.ptr == NULL) == (buffer.len == 0);
}

/* One random call; 0 when something about it is not as the header promises. */
static int one_call(void) {
  size_t slot = below(SLOTS);
  switch (below(16)) {
    case 0: {
      MglBuf error = {0};
      uint64_t session = 1;
      const char *options = below(8) == 0 ? "{\"kind\":\"local\"}" : "{\"kind\":\"local\",\"path\":\":memory:\"}";
      int32_t status = mgl_session_open(text(options), nothing(), &session, &error);
      int held = sound(status, error) && (status == MGL_OK) == (session != 0);
      mgl_buf_free(error);
      mgl_session_close(sessions[slot]);
      sessions[slot] = session;
      return held;
    }
    case 1:
      if (below(4) == 0) {
        MglBuf error = {0};
        uint64_t other = 1;
        const char *options = below(8) == 0 ? "{}" : "{\"proxy\":\"http://127.0.0.1:9\"}";
        int32_t status = mgl_session_by_proxy(some_handle(sessions), text(options), nothing(), &other, &error);
        int held = sound(status, error) && (status == MGL_OK) == (other != 0);
        mgl_buf_free(error);
        mgl_session_close(sessions[slot]);
        sessions[slot] = other;
        return held;
      }
      if (below(4) == 0) {
        return sound(mgl_session_close(some_handle(sessions)), (MglBuf){0});
      }
      return 1;
    case 2: {
      MglBuf info = {0};
      int32_t status = mgl_session_info(some_handle(sessions), &info);
      int held = sound(status, info);
      mgl_buf_free(info);
      return held;
    }
    case 3:
      return sound(mgl_job_cancel(some_handle(jobs)), (MglBuf){0});
    case 4:
      return sound(mgl_job_reply(some_handle(jobs), below(4), text(below(2) ? "true" : "\xff")), (MglBuf){0});
    case 5:
      return sound(mgl_job_free(some_handle(jobs)), (MglBuf){0});
    case 6:
    case 7:
    case 8:
    case 9: {
      uint8_t *owned;
      MglBytes payload = some_payload(&owned);
      MglBuf error = {0};
      uint64_t job = 1;
      int32_t status = OPERATIONS[below(COUNT(OPERATIONS))](some_handle(sessions), payload, &job, &error);
      free(owned);
      int held = sound(status, error) && (status == MGL_OK) == (job != 0);
      mgl_buf_free(error);
      if (job != 0) {
        mgl_job_free(jobs[slot]);
        jobs[slot] = job;
      }
      return held;
    }
    default: {
      MglEvent event;
      int32_t status = mgl_job_next(some_handle(jobs), (uint32_t)below(3), &event);
      int held = sound(status, event.data) && (status == MGL_OK) == (event.kind != 0);
      mgl_buf_free(event.data);
      return held;
    }
  }
}

int main(int argc, char **argv) {
  uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
  uint64_t calls = argc > 2 ? strtoull(argv[2], NULL, 10) : 20000;
  state = seed;
  uint64_t wrong = 0;
  for (uint64_t call = 0; call < calls; call++) {
    if (!one_call()) {
      printf("# call %llu of seed %llu is not as promised\n", (unsigned long long)call, (unsigned long long)seed);
      wrong += 1;
    }
  }
  check(wrong == 0, "random calls bring back a status and whole outputs");
  for (size_t slot = 0; slot < SLOTS; slot++) {
    mgl_job_free(jobs[slot]);
    mgl_session_close(sessions[slot]);
  }
  MglBuf error = {0};
  uint64_t session = 0;
  check(mgl_session_open(text("{\"kind\":\"local\",\"path\":\":memory:\"}"), nothing(), &session, &error) == MGL_OK,
        "the library still works after all of them");
  mgl_buf_free(error);
  mgl_session_close(session);
  return done();
}

/*
 * mglicense: licences of Microsoft 365 accounts, through Microsoft Graph or a tenant in a file.
 *
 * Generated from rust/ffi/src by the test `header_is_up_to_date`; to write it anew:
 *   MGLICENSE_UPDATE_HEADER=1 cargo test -p mglicense-ffi --test header
 *
 * Rules that hold for every function:
 *  - Handles are numbers, never addresses. 0 is never a handle; a stale one is MGL_INVALID_HANDLE.
 *  - Input bytes belong to the caller and are copied before the function returns. JSON and text are UTF-8.
 *  - Output buffers belong to the caller, who frees each with mgl_buf_free. Outputs are zeroed first, so
 *    that after any failure they are safe to free. An `error` output may be NULL.
 *  - Any function may be called from any thread. None of them calls back.
 *  - A function never lets a fault of the library through: it returns MGL_PANIC, and at most one job ends.
 *
 * Work is done in jobs. A function such as mgl_user_get checks its payload and makes a job; the job works
 * while mgl_job_next is called, which hands out one event at a time until it returns MGL_FINISHED:
 *
 *   uint64_t job;
 *   if (mgl_user_get(session, payload, &job, &error) == MGL_OK) {
 *     MglEvent event;
 *     int32_t status;
 *     while ((status = mgl_job_next(job, 100, &event)) == MGL_OK || status == MGL_NOTHING) {
 *       if (status == MGL_OK) { use(event.kind, event.data.ptr, event.data.len); mgl_buf_free(event.data); }
 *     }
 *     mgl_job_free(job);
 *   }
 */

#ifndef MGLICENSE_H
#define MGLICENSE_H

#include <stddef.h>
#include <stdint.h>


/**
 * Done; from `mgl_job_next`, an event was handed out.
 */
#define MGL_OK 0

/**
 * From `mgl_job_next`: no event within the time given. The job goes on.
 */
#define MGL_NOTHING 1

/**
 * From `mgl_job_next`: the job has ended and every event was handed out.
 */
#define MGL_FINISHED 2

/**
 * From `mgl_run_rows`: as much input waits as may; nothing was taken. Pull events, then hand the same over again.
 */
#define MGL_FULL 3

/**
 * The handle is 0, of another sort, or was freed.
 */
#define MGL_INVALID_HANDLE -1

/**
 * A pointer that must not be NULL is, or a length is impossible.
 */
#define MGL_INVALID_ARGUMENT -2

/**
 * An input is not UTF-8.
 */
#define MGL_NOT_UTF8 -3

/**
 * A payload is not JSON, or holds a member the function doesn't know; the error names it.
 */
#define MGL_NOT_JSON -4

/**
 * A fault inside the library, stopped at the border. From `mgl_job_next`, the job has ended and the event
 * carries an error that names the place.
 */
#define MGL_PANIC -5

/**
 * It failed; the error says why.
 */
#define MGL_FAILED -6

/**
 * Too late: the question was answered before, or the job was cancelled.
 */
#define MGL_TOO_LATE -7

/**
 * One result: a JSON object.
 */
#define MGL_EVENT_ITEM 1

/**
 * Results: a JSON array, the service's own bytes.
 */
#define MGL_EVENT_PAGE 2

/**
 * The total the service counted: `{"count":n}`.
 */
#define MGL_EVENT_COUNT 3

/**
 * The headers of a successful answer: `[["name","value"],…]`.
 */
#define MGL_EVENT_HEADERS 4

/**
 * Text for those who asked for detail.
 */
#define MGL_EVENT_VERBOSE 5

/**
 * A request or an answer as text, secrets removed.
 */
#define MGL_EVENT_DEBUG 6

/**
 * Text that should be seen.
 */
#define MGL_EVENT_WARNING 7

/**
 * Text for people.
 */
#define MGL_EVENT_INFORMATION 8

/**
 * How far the work is: `{"activity","status","percent","completed","total"}`.
 */
#define MGL_EVENT_PROGRESS 9

/**
 * A failure: `{"kind","code","message","status"?,"recommendedAction"?,"terminating",…}`.
 */
#define MGL_EVENT_ERROR 10

/**
 * A question that waits for `mgl_job_reply`; the event's id is the question's.
 */
#define MGL_EVENT_QUESTION 11

/**
 * A whole answer: `{"status","reason","method","uri","headers","body","bodyEncoding"}`.
 */
#define MGL_EVENT_RESPONSE 12

/**
 * How a run ended: `{"text","resume","run"}`; the last event of every run, also of one that was cancelled.
 */
#define MGL_EVENT_SUMMARY 13

/**
 * The version of this interface. It changes when a caller made for another one could go wrong.
 */
#define MGL_ABI_VERSION 1

/**
 * Bytes that now belong to the caller, who frees them with `mgl_buf_free`.
 */
typedef struct MglBuf {
  /**
   * Where the bytes begin; NULL for none.
   */
  uint8_t *ptr;
  /**
   * How many there are.
   */
  size_t len;
  /**
   * For `mgl_buf_free` alone.
   */
  size_t cap;
} MglBuf;

/**
 * Bytes that belong to the caller. A NULL `ptr` with a `len` of 0 is no bytes.
 */
typedef struct MglBytes {
  /**
   * Where the bytes begin.
   */
  const uint8_t *ptr;
  /**
   * How many there are.
   */
  size_t len;
} MglBytes;

/**
 * One event of a job. Free `data` with `mgl_buf_free`.
 */
typedef struct MglEvent {
  /**
   * One of the `MGL_EVENT_` numbers; 0 when there is no event.
   */
  uint32_t kind;
  /**
   * The id of a question, for `mgl_job_reply`; 0 otherwise.
   */
  uint64_t id;
  /**
   * JSON or text, as the kind says.
   */
  struct MglBuf data;
} MglEvent;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the interface the library was built with. Compare it with MGL_ABI_VERSION before any
 * other call. 0 after a fault inside the library.
 */
uint32_t mgl_abi_version(void);

/**
 * The library's version as text, such as "0.1.0". Free it with mgl_buf_free.
 */
struct MglBuf mgl_version(void);

/**
 * Frees an output buffer. An empty buffer is left alone. Each buffer is freed once.
 *
 * # Safety
 * `buffer` must be as a function of this library gave it, and not freed before.
 */
void mgl_buf_free(struct MglBuf buffer);

/**
 * Opens a session. Nothing is sent; mgl_session_sign_in or the first request signs in.
 *
 * On a local tenant: `{"kind":"local","path":"x.mgtenant","readOnly"?,"scopes"?,"requestContext"?}`, where path may
 * be ":memory:". On the network: `{"kind":"graph","graph":"https://graph.microsoft.com",
 * "authority":"https://login.microsoftonline.com","tenant"?,"auth":{…},"signInSeconds"?,"proxy"?,"trust"?,
 * "requestContext"?}`, where proxy is an address without a user, trust a PEM file of certificates that are trusted
 * beside the system's, signInSeconds a limit for the first sign-in, and requestContext as for
 * mgl_session_request_context. http:// is refused unless it leads to this machine's loopback address.
 *
 * `auth`, and the secret that goes with it:
 * `{"kind":"token"}`, the access token;
 * `{"kind":"clientSecret","clientId"}`, the client secret;
 * `{"kind":"certificate","clientId","certificate":{"der","subject","notBefore","notAfter","chain"?}}` (base64, and
 * seconds since 1970), none: its key signs through `sign` questions;
 * `{"kind":"workloadIdentity","clientId","tokenFile"}`, none;
 * `{"kind":"deviceCode"|"interactive","clientId"?,"scopes"?}`, what mgl_session_keepable once gave, or none;
 * `{"kind":"managedIdentity","clientId"?,"variables"?}`, IDENTITY_HEADER or none;
 * `{"kind":"environment","variables","certificate"?}`, AZURE_CLIENT_SECRET or none.
 *
 * Questions of a sign-in: `{"kind":"sign","algorithm":"PS256","digest"}` takes `{"signature"}` in base64 or
 * `{"error"}`; `{"kind":"prompt","method":"browser","message","url"}` takes `true` where a browser was opened, else
 * a code is used; `{"kind":"prompt","method":"deviceCode","message","verificationUri","userCode"}` takes no answer.
 *
 * `secret` is empty for a local tenant; secrets never travel in JSON.
 *
 * # Safety
 * `options` and `secret` must be readable for their lengths; `session` and `error` null or writable.
 */
int32_t mgl_session_open(struct MglBytes options,
                         struct MglBytes secret,
                         uint64_t *session,
                         struct MglBuf *error);

/**
 * Opens the same session once more, whose requests go by a proxy: `{"proxy":"http://proxy.contoso.com:8080","user"?}`, with
 * the user's password as the secret, or none. It shares the sign-in, which keeps its own way, and how requests are timed
 * and repeated. Where the session is on a tenant in this process, nothing goes by the proxy. Close it like any other.
 *
 * # Safety
 * `options` and `password` must be readable for their lengths; `by_proxy` and `error` null or writable.
 */
int32_t mgl_session_by_proxy(uint64_t session,
                             struct MglBytes options,
                             struct MglBytes password,
                             uint64_t *by_proxy,
                             struct MglBuf *error);

/**
 * Closes a session. Jobs that were started on it go on with it.
 */
int32_t mgl_session_close(uint64_t session);

/**
 * What is known of a session without asking its service, as a JSON object.
 *
 * # Safety
 * `json` must be null or writable.
 */
int32_t mgl_session_info(uint64_t session, struct MglBuf *json);

/**
 * Signs a session in, and tells as whom: an Item
 * `{"clientId"?,"tenantId"?,"account"?,"appName"?,"scopes":[…],"expires"?}`. Prompts and sign questions may come
 * first. Without it the first request signs in. `payload` is `{}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_session_sign_in(uint64_t session,
                            struct MglBytes payload,
                            uint64_t *job,
                            struct MglBuf *error);

/**
 * What would sign the same user in again without a person, for a store that encrypts it for that user alone; empty
 * where there is nothing. Clear the bytes before mgl_buf_free.
 *
 * # Safety
 * `secret` must be null or writable.
 */
int32_t mgl_session_keepable(uint64_t session,
                             struct MglBuf *secret);

/**
 * Sets how the requests of a session are timed and repeated from now on: `{"clientTimeoutSeconds"?,
 * "retryDelaySeconds"?,"maxRetry"?,"retriesTimeLimitSeconds"?}`, where what is absent gets its default (300, 3, 3,
 * and 0, which is no limit). Requests under way keep what they began with.
 *
 * # Safety
 * `context` must be readable for its length; `error` null or writable.
 */
int32_t mgl_session_request_context(uint64_t session,
                                    struct MglBytes context,
                                    struct MglBuf *error);

/**
 * Runs a job for at most `timeout_ms` or until it has something to say. MGL_OK hands out an event,
 * MGL_NOTHING says that there was none in that time, MGL_FINISHED that there will be none any more.
 * A timeout of 0 looks without waiting. One thread runs a job at a time; others wait. After MGL_FULL from
 * mgl_run_rows, MGL_NOTHING comes as soon as there is room for rows again.
 *
 * # Safety
 * `event` must be null or writable.
 */
int32_t mgl_job_next(uint64_t job,
                     uint32_t timeout_ms,
                     struct MglEvent *event);

/**
 * Answers the question that an event with this id asked. MGL_TOO_LATE when it was answered before or the
 * job was cancelled. A shouldProcess or confirm question takes `true`; anything else means no.
 *
 * # Safety
 * `answer` must be readable for its length.
 */
int32_t mgl_job_reply(uint64_t job,
                      uint64_t id,
                      struct MglBytes answer);

/**
 * Asks a job to stop, from any thread, also while another waits in mgl_job_next. Nothing new is started;
 * a change under way is let finish. Pull until MGL_FINISHED to learn what was done.
 */
int32_t mgl_job_cancel(uint64_t job);

/**
 * Frees a job, cancelling it where it hasn't ended.
 */
int32_t mgl_job_free(uint64_t job);

/**
 * Gives and takes licences of a user in one call: `{"userId","addLicenses"?:[{"skuId","disabledPlans"?}],
 * "removeLicenses"?:["…"],"disabledPlans"?:["…"],"additionalProperties"?,"usageLocation"?,"resolveNames"?,"report"?,
 * "headers"?,"wantHeaders"?,"ask"?,"debug"?}`.
 * Products and plans may be named (SPE_E5, SWAY) instead of given by id; a name that stands for several is an error
 * of kind "name" with the candidates. `disabledPlans` beside the lists are switched off in whichever of the added
 * products hold them. With `usageLocation`, the location is set first where it differs. With `ask`, a shouldProcess
 * question comes before the first change.
 * Event: Item, the service's user, or with `report` what was done: `{"userId","userPrincipalName",
 * "status":"Changed|Unchanged","added","removed","kept","notHeld","usageLocationBefore","usageLocationAfter",
 * "requestId"}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_assign_license(uint64_t session,
                                struct MglBytes payload,
                                uint64_t *job,
                                struct MglBuf *error);

/**
 * Takes away licences a user holds directly: `{"userId","skuIds"?,"all"?,"resolveNames"?,"ask"?,"debug"?}`. What
 * isn't held is noted, not refused; what comes through a group stays, with a warning that names the group.
 * Event: Item, the report of mgl_user_assign_license.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_remove_license(uint64_t session,
                                struct MglBytes payload,
                                uint64_t *job,
                                struct MglBuf *error);

/**
 * Says what a change would come to, and writes nothing: `{"users":[{"userId","addLicenses"?,"removeLicenses"?,
 * "disabledPlans"?,"usageLocation"?}],"addLicenses"?,"removeLicenses"?,"disabledPlans"?,"usageLocation"?,
 * "resolveNames"?,"debug"?}`. What stands beside a user goes before what stands beside the list.
 * Event: an Item for each user, `{"userId","userPrincipalName","willSucceed","reasons":[{"code",
 * "certainty":"Certain|Likely|DataAtRisk","message","action","skuId","skuPartNumber","plans"}]}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_test_license(uint64_t session,
                              struct MglBytes payload,
                              uint64_t *job,
                              struct MglBuf *error);

/**
 * Says what the changes of many users would come to together, and writes nothing: `{"wish"?,"rows"?,"partial"?,
 * "totalsOnly"?,"debug"?}`. `wish` is what is wished for every user: `{"addLicenses"?,"removeLicenses"?,"disabledPlans"?,
 * "usageLocation"?,"removeAll"?,"lenient"?,"switchFrom"?,"switchTo"?,"newPlansOff"?,"enablePlans"?,"disablePlans"?,
 * "planSku"?}`; a row is `{"userId","row"?,"addLicenses"?,"removeLicenses"?,"disabledPlans"?,"usageLocation"?}`, and what
 * it says itself goes before the wish. Without `rows`, they follow by mgl_run_rows. `partial` says in which order seats
 * go where there are too few: "row", "name" or "unlicensed"; without it nothing would be written then.
 * Events: Pages of `{"row","sameUserAs"?,"userId","userPrincipalName","willSucceed","change","added"?,"removed"?,
 * "planChanges"?,"kept"?,"notHeld"?,"licensesBefore"?,"usageLocationBefore"?,"usageLocationAfter"?,"reasons"?,
 * "notes"?}`, one for each row in order and none with `totalsOnly`, and a Summary, `{"text","rows","users","merged","toChange","unchanged",
 * "blocked","short","likely","atRisk","locationWrites","licenseWrites","heldBack","seats":[{"skuId","skuPartNumber",
 * "owned","before","freed","taken","after","short"}],"readSeconds","judgeSeconds"}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_license_preflight(uint64_t session,
                                   struct MglBytes payload,
                                   uint64_t *job,
                                   struct MglBuf *error);

/**
 * Sets a user's usage location where it differs: `{"userId","usageLocation","ask"?,"debug"?}`. The code is
 * upper-cased; "UK" is refused with the hint "GB". Event: Item, the report of mgl_user_assign_license.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_set_usage_location(uint64_t session,
                                    struct MglBytes payload,
                                    uint64_t *job,
                                    struct MglBuf *error);

/**
 * Gives and takes licences of a group: `{"groupId","addLicenses"?,"removeLicenses"?,"additionalProperties"?,
 * "resolveNames"?,"headers"?,"wantHeaders"?,"ask"?,"debug"?}`. The service applies them to the members later.
 * Event: Item, the service's group.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_group_assign_license(uint64_t session,
                                 struct MglBytes payload,
                                 uint64_t *job,
                                 struct MglBuf *error);

/**
 * Finds names to complete what is being typed: `{"kind":"sku|plan|location","prefix"?,"skus"?,"limit"?}`. A session
 * of 0 finds names in the public tables alone. Event: an Item for each, `{"value","tooltip"}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_complete(uint64_t session,
                     struct MglBytes payload,
                     uint64_t *job,
                     struct MglBuf *error);

/**
 * Changes the licences of many users: `{"command"?,"wish"?:{"addLicenses","removeLicenses","disabledPlans",
 * "usageLocation",…},"options"?:{"partial"?:"row|name|unlicensed","force"?,"ask"?,"whatIf"?,"noPreflight"?,"debug"?},
 * "folder"?}`. The rows follow by mgl_run_rows. They are judged as a whole before the first change is sent; with
 * `noPreflight` changes are sent while rows still come. Every change stands in a journal in `folder` (else in
 * MGLICENSE_RUNS, else in the user's own place) before it is sent.
 * Events: Page, results of rows as they come (`{"row","userId","userPrincipalName","status":"Changed|Unchanged|Failed|
 * NotStarted|OutcomeUnknown","added"?,"removed"?,"planChanges"?,"licensesBefore"?,"usageLocationBefore"?,
 * "usageLocationAfter"?,"error"?,"errorId"?,"requestId"?,…}`); an Error for each row that failed; Progress; a
 * confirm Question before data is put at risk, with `ask` a shouldProcess Question a user; in the end a Summary.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_license_run(uint64_t session,
                             struct MglBytes payload,
                             uint64_t *job,
                             struct MglBuf *error);

/**
 * Hands rows to a job that reads them: a JSON list of `{"row"?,"userId","addLicenses"?,"removeLicenses"?,
 * "disabledPlans"?,"usageLocation"?,"columns"?}`, or nothing; `columns` are the names of those of a row that names nobody.
 * `last` is not 0 with the last of them. MGL_FULL when as many wait as
 * may: nothing was taken; pull events, then hand the same over again. MGL_TOO_LATE when the job reads no more.
 * Rows that can't be used are an error of the job.
 *
 * # Safety
 * `rows` must be readable for its length.
 */
int32_t mgl_run_rows(uint64_t job,
                     struct MglBytes rows,
                     int32_t last);

/**
 * Goes on with a run that was stopped or whose process ended: `{"id","folder"?,"partial"?,"ask"?,"debug"?}`. What was
 * begun and has no outcome is read back first. Events as of mgl_user_license_run, for the rows that had no outcome.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_run_resume(uint64_t session,
                       struct MglBytes payload,
                       uint64_t *job,
                       struct MglBuf *error);

/**
 * Takes back what a run changed, for users who are as the run left them: `{"id","folder"?,"ask"?,"debug"?}`. It is a
 * run of its own, with a journal of its own. A usage location that was empty before can't be emptied again: it stays,
 * with a note. Events as of mgl_user_license_run.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_run_undo(uint64_t session,
                     struct MglBytes payload,
                     uint64_t *job,
                     struct MglBuf *error);

/**
 * Lists runs, the newest first: `{"folder"?,"id"?,"last"?,"rows"?}`. The session may be 0.
 * Events: an Item for each run, `{"id","path","command","tenantId","clientId","account","started","ended",
 * "state":"Running|Completed|Cancelled|Interrupted","rows","changed","unchanged","failed","notStarted",
 * "outcomeUnknown","commits","undoes","undoneBy"}`; with `rows`, Pages of the results of the rows of one run instead.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_run_list(uint64_t session,
                     struct MglBytes payload,
                     uint64_t *job,
                     struct MglBuf *error);

/**
 * Looks up products by any of their names: `{"names"?:["SPE_E5","*E3*"],"skuIds"?:["…"],"plans"?:["EXCHANGE_S_*"]}`.
 * Nothing given means all. A session of 0 looks in the public table alone; with one, the tenant's own products go
 * first. A name that stands for several products is an error of kind "name" with the candidates.
 * Event: an Item for each, `{"skuId","skuPartNumber","productName","inTenant":true|false|null,
 * "servicePlans":[{"id","name","friendlyName"}]}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_license_product_list(uint64_t session,
                                 struct MglBytes payload,
                                 uint64_t *job,
                                 struct MglBuf *error);

/**
 * Lays a newer table of products over the built-in one, for the whole process: `{"path"?}`, a CSV file as Microsoft
 * publishes it. Without a path the built-in table is used again. Needs no session.
 * Event: Item, `{"path","products","newProducts","servicePlans","newServicePlans","unusableRows"}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_license_product_load(uint64_t session,
                                 struct MglBytes payload,
                                 uint64_t *job,
                                 struct MglBuf *error);

/**
 * Lists who has what: `{"scope"?:{"users"?:["…"],"group"?,"sku"?,"filter"?},"signIn"?,"unlicensed"?,"debug"?}`. An
 * empty scope is everybody; a group is meant by id or name, a product by id, part number or name.
 * Events: Page, an array of rows, one for each user and product: `{"userId","userPrincipalName","displayName",
 * "userType","accountEnabled","directory":"Synced|Cloud","usageLocation","product","plans","source",
 * "sources":[{"group"?,"state","error","errorText"?,"lastUpdated"?,"plans"}],
 * "state":"Active|ActiveWithError|Disabled|Error|Unknown|None","error"?,"errorText"?,"lastUpdated"?,
 * "lastSignIn"?:"<time>|never|unknown"}`. Products, sets of plans and groups stand as numbers, each told before by an
 * Item: `{"define":"product","index","skuId","skuPartNumber","productName","inTenant"}`,
 * `{"define":"plans","index","on":[{"id","name","friendlyName"}],"off":[…]}`,
 * `{"define":"group","index","groupId","groupName"}`. Progress; Warning; an Error for a user who can't be read.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_license_assignment_list(uint64_t session,
                                    struct MglBytes payload,
                                    uint64_t *job,
                                    struct MglBuf *error);

/**
 * Tells the seats of every product: `{"skus"?:["…"],"debug"?}`.
 * Event: an Item for each, `{"skuId","skuPartNumber","productName","appliesTo":"User|Company","status","enabled",
 * "warning","suspended","lockedOut","assigned","free","available","over","waiting","looksUnlimited","endsAt",
 * "subscription"}`. `free` is enabled + warning - assigned and may be negative; what could not be read is null.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_license_summary(uint64_t session,
                            struct MglBytes payload,
                            uint64_t *job,
                            struct MglBuf *error);

/**
 * Tells what deserves attention: `{"attention"?:{"kinds"?:["NoLocation",…],"inactiveDays"?,"expiryDays"?,
 * "shortPercent"?,"unusedPercent"?,"excludeGroups"?:["…"],"excludeFilter"?,"excludeSkus"?:["…"]},"debug"?}`. Without
 * kinds, all but those that take a request per user (NotProvisioned, SharedMailbox).
 * Event: an Item for each, `{"kind","severity":"High|Medium|Low|Info|Unknown","count","subject","skuId",
 * "skuPartNumber","productName","groupId","why","repair","users":[{"userId","userPrincipalName","displayName",
 * "detail"}]}`; an Error "PartialResult" for each part that could not be read. Progress.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_license_finding_list(uint64_t session,
                                 struct MglBytes payload,
                                 uint64_t *job,
                                 struct MglBuf *error);

/**
 * Writes the tenant's state as one HTML file: `{"path","title"?,"force"?,"personal"?,"signIn"?,"attention"?,"debug"?}`,
 * with `attention` as in mgl_license_finding_list. People are named only with `personal`.
 * Event: Item, `{"path","size","people","rows","products","findings","isComplete","missing":["…"]}`. Progress; Warning.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_license_report_write(uint64_t session,
                                 struct MglBytes payload,
                                 uint64_t *job,
                                 struct MglBuf *error);

/**
 * Waits until the services of users' licences are ready: `{"users":["…"],"skus"?:["…"],"timeoutSeconds"?,
 * "intervalSeconds"?,"debug"?}`. What only an administrator can go on with isn't waited for.
 * Event: an Item for each user as its wait ends, `{"userId","status":"Ready|NeedsAdmin|TimedOut|NotAssigned","isReady",
 * "pending":[{"name","friendlyName","status","skuPartNumber"}],"needsAdmin":[…],"missing":[{"skuId",
 * "skuPartNumber"}],"waitedSeconds"}`; an Error for a user who can't be read. Progress.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_license_wait(uint64_t session,
                              struct MglBytes payload,
                              uint64_t *job,
                              struct MglBuf *error);

/**
 * Sets usage locations of many users, where they differ: `{"rows":[{"row","userId","usageLocation"?}],"usageLocation"?,
 * "fromCountry"?,"byDomain"?:{"contoso.de":"DE"},"byDepartment"?:{…},"byGroup"?:{…},"default"?,"overwrite"?,"ask"?,
 * "debug"?}`. A row's own location goes first, then `usageLocation`; these replace what is set. Then group, department,
 * domain, country and default; these fill what is empty, and replace only with `overwrite`.
 * Event: an Item for each row, `{"row","userId","userPrincipalName","status":"Changed|Unchanged",
 * "usageLocationBefore","usageLocationAfter","notes":["…"],"requestId"}`; an Error with "row" and "userId" for one that
 * fails; a shouldProcess question before each change with `ask`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_set_usage_locations(uint64_t session,
                                     struct MglBytes payload,
                                     uint64_t *job,
                                     struct MglBuf *error);

/**
 * Lists users, with the options of mgl_graph_list.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_list(uint64_t session,
                      struct MglBytes payload,
                      uint64_t *job,
                      struct MglBuf *error);

/**
 * Reads a user by id or user principal name:
 * `{"userId", property, expandProperty, headers, wantHeaders, debug}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_get(uint64_t session,
                     struct MglBytes payload,
                     uint64_t *job,
                     struct MglBuf *error);

/**
 * Creates a user: `{"body":{…},"headers"?,"wantHeaders"?,"ask"?,"debug"?}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_create(uint64_t session,
                        struct MglBytes payload,
                        uint64_t *job,
                        struct MglBuf *error);

/**
 * Changes properties of a user: `{"userId","body":{…},"headers"?,"ask"?,"debug"?}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_update(uint64_t session,
                        struct MglBytes payload,
                        uint64_t *job,
                        struct MglBuf *error);

/**
 * Deletes a user: `{"userId","headers"?,"ask"?,"debug"?}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_delete(uint64_t session,
                        struct MglBytes payload,
                        uint64_t *job,
                        struct MglBuf *error);

/**
 * Lists the licences of a user with their plans: `{"userId" and the options of mgl_graph_list}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_list_license_details(uint64_t session,
                                      struct MglBytes payload,
                                      uint64_t *job,
                                      struct MglBuf *error);

/**
 * Lists the groups and roles a user is in: `{"userId" and the options of mgl_graph_list}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_user_list_member_of(uint64_t session,
                                struct MglBytes payload,
                                uint64_t *job,
                                struct MglBuf *error);

/**
 * Lists the products the organisation owns, with the options of mgl_graph_list.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_subscribed_sku_list(uint64_t session,
                                struct MglBytes payload,
                                uint64_t *job,
                                struct MglBuf *error);

/**
 * Reads one of the products the organisation owns:
 * `{"subscribedSkuId", property, expandProperty, headers, wantHeaders, debug}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_subscribed_sku_get(uint64_t session,
                               struct MglBytes payload,
                               uint64_t *job,
                               struct MglBuf *error);

/**
 * Lists groups, with the options of mgl_graph_list.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_group_list(uint64_t session,
                       struct MglBytes payload,
                       uint64_t *job,
                       struct MglBuf *error);

/**
 * Reads a group: `{"groupId", property, expandProperty, headers, wantHeaders, debug}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_group_get(uint64_t session,
                      struct MglBytes payload,
                      uint64_t *job,
                      struct MglBuf *error);

/**
 * Lists the members of a group: `{"groupId" and the options of mgl_graph_list}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_group_list_members(uint64_t session,
                               struct MglBytes payload,
                               uint64_t *job,
                               struct MglBuf *error);

/**
 * Reads the organisation, with the options of mgl_graph_list.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_organization_list(uint64_t session,
                              struct MglBytes payload,
                              uint64_t *job,
                              struct MglBuf *error);

/**
 * Lists the organisation's domains, with the options of mgl_graph_list.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_domain_list(uint64_t session,
                        struct MglBytes payload,
                        uint64_t *job,
                        struct MglBuf *error);

/**
 * Lists the organisation's subscriptions with their dates, with the options of mgl_graph_list.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_directory_subscription_list(uint64_t session,
                                        struct MglBytes payload,
                                        uint64_t *job,
                                        struct MglBuf *error);

/**
 * Lists a collection: `{"path":"/users/{user-id}/memberOf","ids"?,"apiVersion"?,
 * filter, search, sort, property, expandProperty, top, skip, pageSize, all, count,
 * consistencyLevel, headers, wantHeaders, debug}`.
 * Events: Headers and Count where wanted, and a Page for each page. Without `all` or a large `top` only the
 * first page is read.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_graph_list(uint64_t session,
                       struct MglBytes payload,
                       uint64_t *job,
                       struct MglBuf *error);

/**
 * Reads one object: `{"path","ids"?,"apiVersion"?,property, expandProperty, consistencyLevel, headers,
 * wantHeaders, debug}`. Event: Item.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_graph_get(uint64_t session,
                      struct MglBytes payload,
                      uint64_t *job,
                      struct MglBuf *error);

/**
 * Sends a change: `{"method":"POST|PATCH|PUT|DELETE","path","ids"?,"apiVersion"?,"body"?,"headers"?,
 * "wantHeaders"?,"ask"?,"debug"?}`. The body is passed on byte for byte. Event: Item where the answer has a body.
 * With `ask`, a shouldProcess question comes first.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_graph_send(uint64_t session,
                       struct MglBytes payload,
                       uint64_t *job,
                       struct MglBuf *error);

/**
 * Sends a request of the caller's own making: `{"method"?,"uri","body"?,"bodyEncoding"?:"text|base64",
 * "headers"?,"contentType"?,"debug"?}`. Event: Response, whatever the status.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_graph_request(uint64_t session,
                          struct MglBytes payload,
                          uint64_t *job,
                          struct MglBuf *error);

/**
 * Says what a change to a group's licences would come to for its members, and writes nothing: `{"groupId",
 * "addLicenses"?,"removeLicenses"?,"disabledPlans"?,"debug"?}`.
 * Event: an Item, `{"groupId","groupName","willSucceed","members","wouldGet","alreadyHave","waiting","conflicting",
 * "withoutLocation","tenantLocation","guests","nestedGroups","reasons":[…],"problems":[{"userId","userPrincipalName",
 * "skuId","skuPartNumber","error","message","action"}],"seats":[{"skuId","skuPartNumber","owned","before","freed",
 * "taken","after","short"}]}`. Members are served in the order in which they are listed.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_group_test_license(uint64_t session,
                               struct MglBytes payload,
                               uint64_t *job,
                               struct MglBuf *error);

/**
 * Puts one product of a group in the place of another, in one call and judged first: `{"groupId","from","to",
 * "disabledPlans"?,"force"?,"ask"?,"debug"?}`. The plans that are off stay off where the new product has them in some
 * form. If a member who has something from the group now would go without, nothing is sent unless `force` says so.
 * Event: an Item, that of mgl_group_test_license with `"status","removed","added","disabledPlans","lostPlans",
 * "requestId"`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_group_switch_license(uint64_t session,
                                 struct MglBytes payload,
                                 uint64_t *job,
                                 struct MglBuf *error);

/**
 * Lists the assignments in error, of one group or of every group that has some: `{"groupId"?,"debug"?}`.
 * Events: Pages of `{"userId","userPrincipalName","displayName","userType","usageLocation","groupId","groupName",
 * "skuId","skuPartNumber","productName","state","error","message","action","conflicts":[{"plan","withPlan",
 * "withSkuId"?,"withSkuPartNumber"?}]}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_license_error_list(uint64_t session,
                               struct MglBytes payload,
                               uint64_t *job,
                               struct MglBuf *error);

/**
 * Processes the licences of users again and looks whether it helped: `{"userIds"?,"groupId"?,"allMembers"?,
 * "waitSeconds"?,"ask"?,"debug"?}`. Without `userIds` everybody in error, or with `groupId` those in error through that
 * group; with `allMembers` every member of it. It looks until nobody is in error or `waitSeconds` (60) are over.
 * Event: an Item for each user, `{"userId","userPrincipalName","status":"Repaired|StillInError|Failed","message"?,
 * "errors":[…],"requestId"?}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_license_error_repair(uint64_t session,
                                 struct MglBytes payload,
                                 uint64_t *job,
                                 struct MglBuf *error);

/**
 * Makes a tenant in a file: `{"path","source":"empty|sample|seed|generate","seedPath"?,"generate"?:"users=50000,seed=1",
 * "force"?,"overrides"?:{settings}}`. Nothing is left behind when the seed is wrong. Events: Progress, and an Item as
 * of mgl_local_tenant_info.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_local_tenant_create(uint64_t session,
                                struct MglBytes payload,
                                uint64_t *job,
                                struct MglBuf *error);

/**
 * Describes a tenant: `{"path"?}`; without a path, that of the session. Event: Item, `{"path","tenantId",
 * "displayName","defaultDomain","domains","users","groups","skus","clock","settings","size"}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_local_tenant_info(uint64_t session,
                              struct MglBytes payload,
                              uint64_t *job,
                              struct MglBuf *error);

/**
 * Removes a tenant's file: `{"path"}`. What isn't a tenant is refused. Event: Item, `{"path"}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_local_tenant_remove(uint64_t session,
                                struct MglBytes payload,
                                uint64_t *job,
                                struct MglBuf *error);

/**
 * Lists the requests a tenant got: `{"path"?,"writeOnly"?,"last"?,"after"?,"clear"?}`; with `clear`, the log is emptied
 * once it is read. Event: an Item for each, `{"index","at","method","path","headers","body","status","response","write",
 * "requestId","batch","batchItem","fault"}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_local_tenant_requests(uint64_t session,
                                  struct MglBytes payload,
                                  uint64_t *job,
                                  struct MglBuf *error);

/**
 * Does what is due in a tenant at its time, one tick for each of `count`: `{"path"?,"count"?}`. Event: an Item for each
 * tick, `{"clock","members","isDue","next"}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_local_tenant_step(uint64_t session,
                              struct MglBytes payload,
                              uint64_t *job,
                              struct MglBuf *error);

/**
 * Changes a tenant: `{"path"?,"settings"?,"clock"?,"rules"?,"subscribedSkus"?}`, each in the shape of a seed. A clock of
 * null runs on. Event: Item as of mgl_local_tenant_info.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_local_tenant_set(uint64_t session,
                             struct MglBytes payload,
                             uint64_t *job,
                             struct MglBuf *error);

/**
 * Serves a tenant on loopback: `{"path","address"?:"127.0.0.1","port"?,"tls"?,"certificate"?:"where its PEM goes",
 * "latencyMilliseconds"?,"quota"?:true|{settings},"fault"?:"file with faults","durability"?,"settings"?}`. The settings
 * hold while it is served; the file keeps its own. It goes on when the job is freed, until mgl_local_server_stop. Event:
 * Item, `{"server","path","uri","port","tenantId","tokenEndpoint","clientId","certificatePath",
 * "tokensGiven"}`.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_local_server_start(uint64_t session,
                               struct MglBytes payload,
                               uint64_t *job,
                               struct MglBuf *error);

/**
 * Lists the servers of this process: `{"path"?,"port"?}`. Event: an Item for each, as of mgl_local_server_start.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_local_server_list(uint64_t session,
                              struct MglBytes payload,
                              uint64_t *job,
                              struct MglBuf *error);

/**
 * Stops servers: `{"server"?,"path"?,"port"?}`, at least one. Requests under way may end. Event: an Item for each, as of
 * mgl_local_server_start.
 *
 * # Safety
 * `payload` must be readable for its length; `job` and `error` null or writable.
 */
int32_t mgl_local_server_stop(uint64_t session,
                              struct MglBytes payload,
                              uint64_t *job,
                              struct MglBuf *error);

/**
 * The secret of a server's application, with which a client of its `clientId` signs in. Free it with mgl_buf_free.
 *
 * # Safety
 * `secret` must be null or writable.
 */
int32_t mgl_local_server_secret(uint64_t server,
                                struct MglBuf *secret);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MGLICENSE_H */

//! What a function returns, and what an event is about.

/// Done; from `mgl_job_next`, an event was handed out.
pub const MGL_OK: i32 = 0;
/// From `mgl_job_next`: no event within the time given. The job goes on.
pub const MGL_NOTHING: i32 = 1;
/// From `mgl_job_next`: the job has ended and every event was handed out.
pub const MGL_FINISHED: i32 = 2;
/// From `mgl_run_rows`: as much input waits as may; nothing was taken. Pull events, then hand the same over again.
pub const MGL_FULL: i32 = 3;
/// The handle is 0, of another sort, or was freed.
pub const MGL_INVALID_HANDLE: i32 = -1;
/// A pointer that must not be NULL is, or a length is impossible.
pub const MGL_INVALID_ARGUMENT: i32 = -2;
/// An input is not UTF-8.
pub const MGL_NOT_UTF8: i32 = -3;
/// A payload is not JSON, or holds a member the function doesn't know; the error names it.
pub const MGL_NOT_JSON: i32 = -4;
/// A fault inside the library, stopped at the border. From `mgl_job_next`, the job has ended and the event
/// carries an error that names the place.
pub const MGL_PANIC: i32 = -5;
/// It failed; the error says why.
pub const MGL_FAILED: i32 = -6;
/// Too late: the question was answered before, or the job was cancelled.
pub const MGL_TOO_LATE: i32 = -7;

/// One result: a JSON object.
pub const MGL_EVENT_ITEM: u32 = 1;
/// Results: a JSON array, the service's own bytes.
pub const MGL_EVENT_PAGE: u32 = 2;
/// The total the service counted: `{"count":n}`.
pub const MGL_EVENT_COUNT: u32 = 3;
/// The headers of a successful answer: `[["name","value"],…]`.
pub const MGL_EVENT_HEADERS: u32 = 4;
/// Text for those who asked for detail.
pub const MGL_EVENT_VERBOSE: u32 = 5;
/// A request or an answer as text, secrets removed.
pub const MGL_EVENT_DEBUG: u32 = 6;
/// Text that should be seen.
pub const MGL_EVENT_WARNING: u32 = 7;
/// Text for people.
pub const MGL_EVENT_INFORMATION: u32 = 8;
/// How far the work is: `{"activity","status","percent","completed","total"}`.
pub const MGL_EVENT_PROGRESS: u32 = 9;
/// A failure: `{"kind","code","message","status"?,"recommendedAction"?,"terminating",…}`.
pub const MGL_EVENT_ERROR: u32 = 10;
/// A question that waits for `mgl_job_reply`; the event's id is the question's.
pub const MGL_EVENT_QUESTION: u32 = 11;
/// A whole answer: `{"status","reason","method","uri","headers","body","bodyEncoding"}`.
pub const MGL_EVENT_RESPONSE: u32 = 12;
/// How a run ended: `{"text","resume","run"}`; the last event of every run, also of one that was cancelled.
pub const MGL_EVENT_SUMMARY: u32 = 13;

/// The version of this interface. It changes when a caller made for another one could go wrong.
pub const MGL_ABI_VERSION: u32 = 1;

//! The one guard around every export: a panic stops here and becomes a status.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::{Once, OnceLock};

/// Prefix of the names of this library's own threads.
pub(crate) const THREAD_PREFIX: &str = "mglicense";

/// What the name of an export stands for in `MGLICENSE_FAULT` when the fault is to come from inside a job.
const JOB: &str = "job";

thread_local! {
    /// How many guards are on this thread's stack.
    static GUARDED: Cell<usize> = const { Cell::new(0) };
    /// Where the last panic on this thread came from.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs the body of an export named `export`; when it panics, returns `otherwise`.
pub(crate) fn guard<T>(export: &str, otherwise: T, body: impl FnOnce() -> T) -> T {
    hush();
    GUARDED.with(|depth| depth.set(depth.get() + 1));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        fault(export);
        body()
    }));
    GUARDED.with(|depth| depth.set(depth.get() - 1));
    outcome.unwrap_or_else(|panic| {
        forget(panic);
        otherwise
    })
}

/// Panics when `MGLICENSE_FAULT` is `panic:` and the name of this place.
///
/// This is how a test proves, on the library as it is shipped, that a panic in any export, or in a job, is
/// stopped. The variable is read once per process; without it a call costs one load.
pub(crate) fn fault(place: &str) {
    static FAULT: OnceLock<Option<String>> = OnceLock::new();
    let wanted = FAULT.get_or_init(|| {
        std::env::var("MGLICENSE_FAULT")
            .ok()
            .and_then(|value| value.strip_prefix("panic:").map(str::to_owned))
    });
    if wanted.as_deref() == Some(place) {
        panic!("a fault was asked for");
    }
}

/// Panics when a fault inside a job is asked for; see [`fault`].
pub(crate) fn job_fault() {
    fault(JOB);
}

/// Where the last panic on this thread came from: a file and a line, never the panic's text, which may hold
/// what must not be shown.
pub(crate) fn last_place() -> String {
    PLACE
        .with(|place| place.borrow_mut().take())
        .unwrap_or_else(|| "a place unknown".to_owned())
}

/// Sets the panic hook, once per process: inside a guard and on this library's own threads it prints nothing
/// and keeps the place; anywhere else (in a Rust program that links the crate) the hook before it decides.
fn hush() {
    static HUSH: Once = Once::new();
    HUSH.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let guarded = GUARDED.try_with(Cell::get).is_ok_and(|depth| depth > 0);
            let ours = std::thread::current()
                .name()
                .is_some_and(|name| name.starts_with(THREAD_PREFIX));
            if !guarded && !ours {
                before(info);
                return;
            }
            let place = info
                .location()
                .map(|location| format!("{}:{}", shorten(location.file()), location.line()));
            // A panic while the place is being read has nowhere to be kept.
            let _ = PLACE.try_with(|kept| kept.try_borrow_mut().map(|mut kept| *kept = place));
        }));
    });
}

/// The last parts of a path: where the library was built is nobody's business.
fn shorten(file: &str) -> String {
    let parts: Vec<_> = file.split(['/', '\\']).collect();
    parts[parts.len().saturating_sub(4)..].join("/")
}

/// Drops what a panic left behind; should that panic too, it is leaked.
fn forget(panic: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(move || drop(panic))) {
        std::mem::forget(again);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_status_and_its_place_is_kept_without_its_text() {
        let status = guard("test", -5, || panic!("canary"));
        assert_eq!(status, -5);
        let place = last_place();
        assert!(place.contains("guard.rs:"), "{place}");
        assert!(!place.contains("canary"), "{place}");
    }

    #[test]
    fn a_panic_whose_remains_panic_is_stopped_too() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("again");
            }
        }
        assert_eq!(guard("test", -5, || panic::panic_any(Bomb)), -5);
    }

    #[test]
    fn a_place_shows_nothing_of_the_machine_it_was_built_on() {
        assert_eq!(
            shorten("/home/x/.cargo/registry/serde-1.0/src/de/mod.rs"),
            "serde-1.0/src/de/mod.rs"
        );
        assert_eq!(shorten("rust/ffi/src/guard.rs"), "rust/ffi/src/guard.rs");
    }
}

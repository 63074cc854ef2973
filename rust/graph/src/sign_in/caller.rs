//! Whoever waits for a piece of work: where it can say things and ask for what only the outside can do.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;

/// Something a person must do elsewhere for a sign-in to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Open an address on any device and type a code there.
    DeviceCode {
        /// The sentence that says so, as the service wrote it.
        message: String,
        /// The address.
        verification_uri: String,
        /// The code.
        user_code: String,
    },
    /// Sign in with the browser of this machine.
    Browser {
        /// The sentence that says so, with the address.
        message: String,
        /// The address to open.
        url: String,
    },
}

/// Why a signature was not made, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignRefused(pub String);

/// What running work sees of whoever waits for it.
#[async_trait]
pub trait Caller: Send + Sync {
    /// Text for those who asked for detail.
    async fn verbose(&self, text: String);

    /// Text that should be seen.
    async fn warn(&self, text: String);

    /// Whether exchanges are to be shown.
    fn wants_debug(&self) -> bool {
        false
    }

    /// An exchange, secrets removed, for those who asked to see them.
    async fn debug(&self, _text: String) {}

    /// Returns when nobody waits any more: whatever only passes time ends then.
    async fn cancelled(&self) {
        std::future::pending().await
    }

    /// Something a person must do. False where it can't be shown to anybody: no browser opens on this machine.
    async fn prompt(&self, prompt: Prompt) -> bool;

    /// The RSASSA-PSS signature (SHA-256, salt of 32 bytes) of a SHA-256 digest by the platform's key.
    ///
    /// # Errors
    /// When the platform has no such key, or nobody answers any more.
    async fn sign(&self, digest: [u8; 32]) -> Result<Vec<u8>, SignRefused>;
}

tokio::task_local! {
    static CALLER: Arc<dyn Caller>;
}

/// Runs a future that may speak to `caller`, at any depth below.
pub async fn with_caller<F: Future>(caller: Arc<dyn Caller>, future: F) -> F::Output {
    CALLER.scope(caller, future).await
}

/// Who waits for the present work, if anybody.
#[must_use]
pub fn caller() -> Option<Arc<dyn Caller>> {
    CALLER.try_with(Arc::clone).ok()
}

/// Says something to whoever waits and asked for detail; nothing happens where nobody does.
pub async fn tell(text: impl Into<String> + Send) {
    if let Some(caller) = caller() {
        caller.verbose(text.into()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[derive(Default)]
    struct Notes(Mutex<Vec<String>>);

    #[async_trait]
    impl Caller for Notes {
        async fn verbose(&self, text: String) {
            self.0.lock().unwrap().push(text);
        }
        async fn warn(&self, _: String) {}
        async fn prompt(&self, _: Prompt) -> bool {
            true
        }
        async fn sign(&self, _: [u8; 32]) -> Result<Vec<u8>, SignRefused> {
            Err(SignRefused("no key".into()))
        }
    }

    #[tokio::test]
    async fn what_is_said_below_reaches_the_caller_of_this_work_only() {
        let notes = Arc::new(Notes::default());
        with_caller(Arc::clone(&notes) as Arc<dyn Caller>, tell("inside")).await;
        tell("outside").await;
        assert!(caller().is_none());
        assert_eq!(*notes.0.lock().unwrap(), ["inside"]);
    }
}

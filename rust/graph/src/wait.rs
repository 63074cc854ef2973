//! Waiting in a way that a cancelled command ends at once.

use std::time::Duration;

use crate::sign_in::caller;
use crate::{Clock, TransportError, TransportErrorKind};

/// Waits on a clock, unless whoever waits for the work cancels first.
///
/// # Errors
/// When it was cancelled; nothing was sent by then.
pub(crate) async fn wait(clock: &dyn Clock, duration: Duration) -> Result<(), TransportError> {
    let Some(caller) = caller() else {
        clock.sleep(duration).await;
        return Ok(());
    };
    tokio::select! {
        biased;
        () = caller.cancelled() => Err(TransportError::new(TransportErrorKind::NotSent, "the command was stopped while it waited").with_code("Cancelled")),
        () = clock.sleep(duration) => Ok(()),
    }
}

//! What the maker of a tenant wishes besides its content: settings of their own, news of the progress.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::Value;

/// Told now and then how many users are made, and of how many if that is known. It says whether to go on.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(u64, Option<u64>) -> ControlFlow<()> + Send + Sync>);

impl Progress {
    /// News to this function.
    pub fn new(tell: impl Fn(u64, Option<u64>) -> ControlFlow<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(super) fn tell(&self, made: u64, of: Option<u64>) -> ControlFlow<()> {
        (self.0)(made, of)
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}

/// The wishes for one tenant.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wishes<'a> {
    /// Settings that win over those of the source.
    pub(crate) settings: Option<&'a Value>,
    pub(crate) progress: Option<&'a Progress>,
}

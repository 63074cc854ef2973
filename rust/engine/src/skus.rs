//! The tenant's own products, read once per session.

/// Products as last read.
#[derive(Debug, Default)]
pub struct SkuCache {}

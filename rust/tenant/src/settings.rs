//! The settings of a tenant.

/// The settings of a tenant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Page sizes.
    pub page: PageSettings,
}

/// Page sizes.
#[derive(Clone, Debug, PartialEq)]
pub struct PageSettings {
    /// Items a page holds unless `$top` says otherwise.
    pub default_size: u32,
    /// The largest `$top`.
    pub max_size: u32,
    /// The largest page when signInActivity is selected or filtered.
    pub sign_in_activity_max: u32,
}

impl Default for PageSettings {
    fn default() -> Self {
        Self { default_size: 100, max_size: 999, sign_in_activity_max: 120 }
    }
}

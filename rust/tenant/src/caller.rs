//! Who makes a request.

use mglicense_rules::Guid;

/// The caller of a request. In process the session says who it is; served, the token does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The application's id.
    pub app_id: Option<Guid>,
    /// The signed-in user, or `None` for an application on its own. `/me` is this user.
    pub user_id: Option<Guid>,
    /// The permissions of the token: scopes of a user, roles of an application. `None`: all of them.
    pub permissions: Option<Vec<String>>,
}

impl Caller {
    /// A caller who may do everything.
    pub fn unrestricted() -> Self {
        Self::default()
    }
}

//! The writes.

mod assign;
mod body;
mod deleted;
mod group_licenses;
mod groups;
mod invitations;
mod location;
mod members;
mod office;
mod roles;
mod shape;
mod users;

pub(crate) use deleted::{purge_group, purge_user};
pub(crate) use roles::insert as insert_role;

use http::StatusCode;

use crate::read;
use crate::rows;
use crate::service::{GraphFailure, GraphResult, Request, RequestContext, Work};

/// Answers a request that is no GET.
pub(crate) fn handle(
    work: &Work<'_>,
    request: &Request<'_>,
    context: &RequestContext,
) -> GraphResult {
    let path = &request.route.segments;
    let lower: Vec<&str> = request.lower.iter().map(String::as_str).collect();
    let scene = Scene {
        work,
        request,
        context,
    };
    match (request.method.as_str(), lower.as_slice()) {
        ("POST", ["users"]) => users::create(&scene),
        ("PATCH", ["users", _]) => users::update(&scene, &path[1]),
        ("DELETE", ["users", _]) => users::delete(&scene, &path[1]),
        ("POST", ["users", _, "assignlicense"]) => assign::assign(&scene, &path[1]),
        ("POST", ["users", _, "reprocesslicenseassignment"]) => assign::reprocess(&scene, &path[1]),
        ("PATCH", ["me"]) => users::update(&scene, &me(&scene)?),
        ("POST", ["me", "assignlicense"]) => assign::assign(&scene, &me(&scene)?),
        ("POST", ["me", "reprocesslicenseassignment"]) => assign::reprocess(&scene, &me(&scene)?),
        ("POST", ["groups"]) => groups::create(&scene),
        ("PATCH", ["groups", _]) => groups::update(&scene, &path[1]),
        ("DELETE", ["groups", _]) => groups::delete(&scene, &path[1]),
        ("POST", ["groups", _, "assignlicense"]) => group_licenses::assign(&scene, &path[1]),
        ("POST", ["groups", _, list @ ("members" | "owners"), "$ref"]) => {
            members::add(&scene, &path[1], list)
        }
        ("DELETE", ["groups", _, list @ ("members" | "owners"), _, "$ref"]) => {
            members::remove(&scene, &path[1], list, &path[3])
        }
        ("POST", ["users", _, "revokesigninsessions"]) => office::revoke_sessions(&scene, &path[1]),
        ("POST", ["users", _, "sendmail"]) => office::send_mail(&scene, &path[1]),
        ("PUT", ["users", _, "manager", "$ref"]) => office::set_manager(&scene, &path[1]),
        ("DELETE", ["users", _, "manager", "$ref"]) => office::remove_manager(&scene, &path[1]),
        ("POST", ["me", "revokesigninsessions"]) => office::revoke_sessions(&scene, &me(&scene)?),
        ("POST", ["me", "sendmail"]) => office::send_mail(&scene, &me(&scene)?),
        ("POST", ["invitations"]) => invitations::create(&scene),
        ("PATCH", ["admin", "reportsettings"]) => office::update_report_settings(&scene),
        ("POST", ["directoryroles"]) => roles::activate(&scene),
        ("POST", ["directoryroles", _, "members", "$ref"]) => roles::add_member(&scene, &path[1]),
        ("DELETE", ["directoryroles", _, "members", _, "$ref"]) => {
            roles::remove_member(&scene, &path[1], &path[3])
        }
        ("POST", ["directory", "deleteditems", _, "restore"]) => deleted::restore(&scene, &path[2]),
        ("DELETE", ["directory", "deleteditems", _]) => deleted::purge(&scene, &path[2]),
        ("POST", ["directoryobjects", "getbyids"]) => {
            read::get_by_ids(work.connection, &request.as_read(context), request.body)
        }
        _ => Err(unserved(&scene)),
    }
}

/// What a handler works with.
pub(crate) struct Scene<'a> {
    pub(crate) work: &'a Work<'a>,
    pub(crate) request: &'a Request<'a>,
    pub(crate) context: &'a RequestContext,
}

impl Scene<'_> {
    /// The key of the user that the path names, by id or user principal name. A directory that lags does not know a
    /// user at first, though it has answered that it made one.
    fn user(&self, id: &str) -> Result<i64, GraphFailure> {
        let not_found = || GraphFailure::not_found(&crate::odata::error::excerpt(id));
        let connection = self.work.connection;
        let key = rows::find_user(connection, id)?.ok_or_else(not_found)?;
        let lag = self.context.settings.lag.new_user_seconds;
        if lag > 0 {
            let created: String = connection
                .prepare_cached("SELECT created FROM users WHERE key = ?1")?
                .query_row([key], |row| row.get(0))?;
            if created > self.work.now.plus_seconds(-i64::from(lag)).to_string() {
                return Err(not_found());
            }
        }
        Ok(key)
    }

    /// The key of the group that the path names by id.
    fn group(&self, id: &str) -> Result<i64, GraphFailure> {
        let key = rows::find_group(self.work.connection, id)?;
        key.ok_or_else(|| GraphFailure::not_found(&crate::odata::error::excerpt(id)))
    }
}

fn me(scene: &Scene<'_>) -> Result<String, GraphFailure> {
    let user = scene.context.caller.user_id.ok_or_else(|| {
        GraphFailure::unreadable("/me request is only valid with delegated authentication flow.")
    })?;
    Ok(user.to_string())
}

/// Paths on which some method is served, with the methods.
fn methods_of(path: &[&str]) -> Option<&'static str> {
    Some(match path {
        ["users" | "groups"] => "GET, POST",
        ["users" | "groups", _] => "GET, PATCH, DELETE",
        ["me"] => "GET, PATCH",
        [
            "users",
            _,
            "assignlicense" | "reprocesslicenseassignment" | "revokesigninsessions" | "sendmail",
        ]
        | [
            "me",
            "assignlicense" | "reprocesslicenseassignment" | "revokesigninsessions" | "sendmail",
        ]
        | ["invitations"]
        | ["groups", _, "assignlicense"]
        | ["directory", "deleteditems", _, "restore"]
        | ["directoryobjects", "getbyids"]
        | ["$batch"] => "POST",
        ["groups", _, "members" | "owners", "$ref"] => "GET, POST",
        ["groups", _, "members" | "owners", _, "$ref"] => "DELETE",
        ["users", _, "manager", "$ref"] => "GET, PUT, DELETE",
        ["users", _, "licensedetails", ..] => "GET",
        ["admin", "reportsettings"] => "GET, PATCH",
        ["directoryroles"] => "GET, POST",
        ["directoryroles", _] => "GET",
        ["directoryroles", _, "members", "$ref"] => "GET, POST",
        ["directoryroles", _, "members", _, "$ref"] => "DELETE",
        ["directoryroletemplates", ..] | ["places", ..] => "GET",
        ["directory", "deleteditems", _] => "GET, DELETE",
        ["subscribedskus" | "organization" | "domains", ..]
        | ["directory", "subscriptions", ..] => "GET",
        _ => return None,
    })
}

/// 405 where the path is known, else 400 or 501 that names it.
fn unserved(scene: &Scene<'_>) -> GraphFailure {
    let lower: Vec<&str> = scene.request.lower.iter().map(String::as_str).collect();
    match methods_of(&lower) {
        Some(_) => method_not_allowed(scene.request),
        None if matches!(
            lower.as_slice(),
            [
                "users" | "groups" | "me" | "directory" | "directoryobjects",
                _,
                ..
            ]
        ) =>
        {
            let path = scene.request.route.segments.join("/");
            GraphFailure::not_implemented(format!(
                "This operation target is not yet supported. The local tenant does not serve {} /{}.",
                scene.request.method,
                crate::odata::error::excerpt(&path)
            ))
        }
        None => read::unknown(scene.work.connection, &scene.request.as_read(scene.context)),
    }
}

/// 405 that names method and path.
pub(crate) fn method_not_allowed(request: &Request<'_>) -> GraphFailure {
    let lower: Vec<&str> = request.lower.iter().map(String::as_str).collect();
    let mut failure = GraphFailure::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "Request_BadRequest",
        format!(
            "Specified HTTP method is not allowed for the request target. ({} {})",
            request.method,
            crate::odata::error::excerpt(request.path)
        ),
    );
    if let Some(methods) = methods_of(&lower)
        && let Ok(methods) = methods.parse()
    {
        failure.headers.push((http::header::ALLOW, methods));
    }
    failure
}

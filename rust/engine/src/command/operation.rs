//! Which commands there are, and how a payload becomes one.

use serde_json::{Map, Value};

use crate::bulk;
use crate::command::assign::{AssignGroup, AssignUser};
use crate::command::assignments::ListAssignments;
use crate::command::complete::Complete;
use crate::command::findings::ListFindings;
use crate::command::get::Get;
use crate::command::list::List;
use crate::command::products::{ListProducts, LoadProducts};
use crate::command::raw::Raw;
use crate::command::remove::Remove;
use crate::command::send::Send;
use crate::command::set_location::SetUsageLocation;
use crate::command::set_locations::SetLocations;
use crate::command::summary::Summary;
use crate::command::test::Test;
use crate::command::test_rows::TestRows;
use crate::command::wait::WaitReady;
use crate::command::write_report::WriteReport;
use crate::command::{PayloadError, read_payload};
use crate::failure::Failure;
use crate::groups::{ListErrors, Repair, SwitchGroup, TestGroup};
use crate::job::JobContext;
use crate::session::Session;

/// A capability, each of which is one function of the C ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// List any collection.
    List,
    /// Read any object.
    Get,
    /// Send any change.
    Send,
    /// Send a request of the caller's own making.
    Request,
    /// Give and take licences of a user.
    AssignUser,
    /// Give and take licences of a group.
    AssignGroup,
    /// Put a product of a group in the place of another.
    SwitchGroup,
    /// Say what a change to a group's licences would come to for its members.
    TestGroup,
    /// List the assignments in error.
    ListErrors,
    /// Process users in error again.
    RepairErrors,
    /// Take away what a user holds.
    Remove,
    /// Say what a licence change would come to.
    Test,
    /// Say what licence changes of many users would come to.
    TestRows,
    /// Change the licences of many users.
    Run,
    /// Go on with a run.
    ResumeRun,
    /// Take back what a run changed.
    UndoRun,
    /// The runs there are. Needs no session.
    ListRuns,
    /// Set a user's usage location.
    SetUsageLocation,
    /// Names for tab completion. Needs no session.
    Complete,
    /// List who has what.
    ListAssignments,
    /// Tell what deserves attention.
    ListFindings,
    /// Set usage locations of many users.
    SetLocations,
    /// Write the report page.
    WriteReport,
    /// Wait until the services of licences are ready.
    WaitReady,
    /// Tell the seats of every product.
    Summary,
    /// Look up products and plans. Needs no session.
    ListProducts,
    /// Load a newer table of products, or go back to the built-in one. Needs no session.
    LoadProducts,
    /// A command on a fixed path.
    Fixed(Fixed),
}

/// A list, read or change whose path is given by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    verb: Verb,
    path: &'static str,
    /// Payload members that are ids, and the placeholders they fill.
    ids: &'static [(&'static str, &'static str)],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    List,
    Get,
    Send(&'static str),
}

impl Fixed {
    const fn new(
        verb: Verb,
        path: &'static str,
        ids: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { verb, path, ids }
    }
}

const USER: &[(&str, &str)] = &[("userId", "user-id")];
const GROUP: &[(&str, &str)] = &[("groupId", "group-id")];

impl Operation {
    /// List users.
    pub const USER_LIST: Self = Self::Fixed(Fixed::new(Verb::List, "/users", &[]));
    /// Read a user.
    pub const USER_GET: Self = Self::Fixed(Fixed::new(Verb::Get, "/users/{user-id}", USER));
    /// Create a user.
    pub const USER_CREATE: Self = Self::Fixed(Fixed::new(Verb::Send("POST"), "/users", &[]));
    /// Change properties of a user.
    pub const USER_UPDATE: Self =
        Self::Fixed(Fixed::new(Verb::Send("PATCH"), "/users/{user-id}", USER));
    /// Delete a user.
    pub const USER_DELETE: Self =
        Self::Fixed(Fixed::new(Verb::Send("DELETE"), "/users/{user-id}", USER));
    /// List a user's licences with their plans.
    pub const USER_LICENSE_DETAIL_LIST: Self = Self::Fixed(Fixed::new(
        Verb::List,
        "/users/{user-id}/licenseDetails",
        USER,
    ));
    /// List the groups and roles a user is in.
    pub const USER_MEMBER_OF_LIST: Self =
        Self::Fixed(Fixed::new(Verb::List, "/users/{user-id}/memberOf", USER));
    /// List the organisation's products.
    pub const SUBSCRIBED_SKU_LIST: Self =
        Self::Fixed(Fixed::new(Verb::List, "/subscribedSkus", &[]));
    /// Read one of the organisation's products.
    pub const SUBSCRIBED_SKU_GET: Self = Self::Fixed(Fixed::new(
        Verb::Get,
        "/subscribedSkus/{subscribedSku-id}",
        &[("subscribedSkuId", "subscribedSku-id")],
    ));
    /// List groups.
    pub const GROUP_LIST: Self = Self::Fixed(Fixed::new(Verb::List, "/groups", &[]));
    /// Read a group.
    pub const GROUP_GET: Self = Self::Fixed(Fixed::new(Verb::Get, "/groups/{group-id}", GROUP));
    /// List a group's members.
    pub const GROUP_MEMBER_LIST: Self =
        Self::Fixed(Fixed::new(Verb::List, "/groups/{group-id}/members", GROUP));
    /// Read the organisation.
    pub const ORGANIZATION_LIST: Self = Self::Fixed(Fixed::new(Verb::List, "/organization", &[]));
    /// List the organisation's domains.
    pub const DOMAIN_LIST: Self = Self::Fixed(Fixed::new(Verb::List, "/domains", &[]));
    /// List the organisation's subscriptions with their dates.
    pub const DIRECTORY_SUBSCRIPTION_LIST: Self =
        Self::Fixed(Fixed::new(Verb::List, "/directory/subscriptions", &[]));
}

/// A command ready to run.
#[derive(Debug)]
pub struct Command(Kind);

#[derive(Debug)]
enum Kind {
    List(Box<List>),
    Get(Box<Get>),
    Send(Box<Send>),
    Raw(Box<Raw>),
    AssignUser(Box<AssignUser>),
    AssignGroup(Box<AssignGroup>),
    SwitchGroup(Box<SwitchGroup>),
    TestGroup(Box<TestGroup>),
    ListErrors(Box<ListErrors>),
    RepairErrors(Box<Repair>),
    Remove(Box<Remove>),
    Test(Box<Test>),
    TestRows(Box<TestRows>),
    Run(Box<bulk::Run>),
    ResumeRun(Box<bulk::Resume>),
    UndoRun(Box<bulk::Undo>),
    ListRuns(Box<bulk::List>),
    SetUsageLocation(Box<SetUsageLocation>),
    Complete(Box<Complete>),
    ListAssignments(Box<ListAssignments>),
    ListFindings(Box<ListFindings>),
    SetLocations(Box<SetLocations>),
    WaitReady(Box<WaitReady>),
    WriteReport(Box<WriteReport>),
    Summary(Box<Summary>),
    ListProducts(Box<ListProducts>),
    LoadProducts(Box<LoadProducts>),
}

impl Command {
    /// Reads an operation's payload.
    ///
    /// # Errors
    /// When the payload isn't JSON, or not of the form the operation wants; an unknown member is named.
    pub fn parse(operation: Operation, payload: &str) -> Result<Self, PayloadError> {
        Ok(Self(match operation {
            Operation::List => Kind::List(read_payload(payload)?),
            Operation::Get => Kind::Get(read_payload(payload)?),
            Operation::Send => Kind::Send(read_payload(payload)?),
            Operation::Request => Kind::Raw(read_payload(payload)?),
            Operation::AssignUser => Kind::AssignUser(read_payload(payload)?),
            Operation::AssignGroup => Kind::AssignGroup(read_payload(payload)?),
            Operation::SwitchGroup => Kind::SwitchGroup(read_payload(payload)?),
            Operation::TestGroup => Kind::TestGroup(read_payload(payload)?),
            Operation::ListErrors => Kind::ListErrors(read_payload(payload)?),
            Operation::RepairErrors => Kind::RepairErrors(read_payload(payload)?),
            Operation::Remove => Kind::Remove(read_payload(payload)?),
            Operation::Test => Kind::Test(read_payload(payload)?),
            Operation::TestRows => Kind::TestRows(read_payload(payload)?),
            Operation::Run => Kind::Run(read_payload(payload)?),
            Operation::ResumeRun => Kind::ResumeRun(read_payload(payload)?),
            Operation::UndoRun => Kind::UndoRun(read_payload(payload)?),
            Operation::ListRuns => Kind::ListRuns(read_payload(payload)?),
            Operation::SetUsageLocation => Kind::SetUsageLocation(read_payload(payload)?),
            Operation::Complete => Kind::Complete(read_payload(payload)?),
            Operation::ListAssignments => Kind::ListAssignments(read_payload(payload)?),
            Operation::ListFindings => Kind::ListFindings(read_payload(payload)?),
            Operation::SetLocations => Kind::SetLocations(read_payload(payload)?),
            Operation::WriteReport => Kind::WriteReport(read_payload(payload)?),
            Operation::WaitReady => Kind::WaitReady(read_payload(payload)?),
            Operation::Summary => Kind::Summary(read_payload(payload)?),
            Operation::ListProducts => Kind::ListProducts(read_payload(payload)?),
            Operation::LoadProducts => Kind::LoadProducts(read_payload(payload)?),
            Operation::Fixed(fixed) => {
                let payload = fixed.complete(read_payload(payload)?)?;
                match fixed.verb {
                    Verb::List => Kind::List(read_payload(&payload)?),
                    Verb::Get => Kind::Get(read_payload(&payload)?),
                    Verb::Send(_) => Kind::Send(read_payload(&payload)?),
                }
            }
        }))
    }

    /// Whether the command can run without a session.
    #[must_use]
    pub fn needs_session(&self) -> bool {
        !matches!(
            self.0,
            Kind::Complete(_) | Kind::ListRuns(_) | Kind::ListProducts(_) | Kind::LoadProducts(_)
        )
    }

    /// Carries the command out on a session.
    ///
    /// # Errors
    /// When there is no session and the command needs one, when the service refuses or can't be reached, or
    /// when the job is cancelled.
    pub async fn run(self, session: Option<&Session>, job: &JobContext) -> Result<(), Failure> {
        let session = match (self.0, session) {
            (Kind::Complete(complete), session) => return complete.run(session, job).await,
            (Kind::ListRuns(list), session) => return list.run(session, job).await,
            (Kind::ListProducts(list), session) => return list.run(session, job).await,
            (Kind::LoadProducts(load), _) => return load.run(job).await,
            (kind, Some(session)) => (kind, session),
            (_, None) => return Err(Failure::not_connected()),
        };
        let (kind, session) = session;
        match kind {
            Kind::List(list) => list.run(session, job).await,
            Kind::Get(get) => get.run(session, job).await,
            Kind::Send(send) => send.run(session, job).await,
            Kind::Raw(raw) => raw.run(session, job).await,
            Kind::AssignUser(assign) => assign.run(session, job).await,
            Kind::AssignGroup(assign) => assign.run(session, job).await,
            Kind::SwitchGroup(switch) => switch.run(session, job).await,
            Kind::TestGroup(test) => test.run(session, job).await,
            Kind::ListErrors(list) => list.run(session, job).await,
            Kind::RepairErrors(repair) => repair.run(session, job).await,
            Kind::Remove(remove) => remove.run(session, job).await,
            Kind::Test(test) => test.run(session, job).await,
            Kind::TestRows(test) => test.run(session, job).await,
            Kind::Run(run) => run.run(session, job).await,
            Kind::ResumeRun(resume) => resume.run(session, job).await,
            Kind::UndoRun(undo) => undo.run(session, job).await,
            Kind::ListRuns(list) => list.run(Some(session), job).await,
            Kind::SetUsageLocation(set) => set.run(session, job).await,
            Kind::Complete(complete) => complete.run(Some(session), job).await,
            Kind::ListAssignments(list) => list.run(session, job).await,
            Kind::ListFindings(list) => list.run(session, job).await,
            Kind::SetLocations(set) => set.run(session, job).await,
            Kind::WriteReport(write) => write.run(session, job).await,
            Kind::WaitReady(wait) => wait.run(session, job).await,
            Kind::Summary(summary) => summary.run(session, job).await,
            Kind::ListProducts(list) => list.run(Some(session), job).await,
            Kind::LoadProducts(load) => load.run(job).await,
        }
    }
}

impl Fixed {
    /// The payload of the general command this one stands for.
    fn complete(self, mut payload: Map<String, Value>) -> Result<String, PayloadError> {
        for fixed in ["path", "ids", "method"] {
            if payload.contains_key(fixed) {
                return Err(PayloadError(Failure::argument(format!(
                    "unknown field `{fixed}`: this operation's path is its own"
                ))));
            }
        }
        let mut ids = Map::new();
        for &(member, placeholder) in self.ids {
            let id = payload.shift_remove(member).ok_or_else(|| {
                PayloadError(Failure::argument(format!("missing field `{member}`")))
            })?;
            ids.insert(placeholder.to_owned(), id);
        }
        payload.insert("ids".to_owned(), Value::Object(ids));
        payload.insert("path".to_owned(), self.path.into());
        if let Verb::Send(method) = self.verb {
            payload.insert("method".to_owned(), method.into());
        }
        Ok(Value::Object(payload).to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(operation: Operation, payload: &str) -> String {
        Command::parse(operation, payload)
            .unwrap_err()
            .0
            .message
            .clone()
    }

    #[test]
    fn a_payload_that_cannot_be_used_says_why() {
        assert!(refusal(Operation::List, "{").contains("not JSON"));
        assert!(refusal(Operation::List, "[]").contains("form"));
        assert!(refusal(Operation::List, r#"{"path":"/users","fliter":"x"}"#).contains("`fliter`"));
        assert!(refusal(Operation::Get, "{}").contains("`path`"));
        assert!(refusal(Operation::USER_GET, "{}").contains("`userId`"));
        assert!(
            refusal(Operation::USER_GET, r#"{"userId":"a","path":"/groups"}"#).contains("`path`")
        );
        assert!(refusal(Operation::USER_LIST, r#"{"userId":"a"}"#).contains("`userId`"));
    }

    #[test]
    fn a_command_on_a_fixed_path_takes_the_general_commands_options() {
        assert!(
            Command::parse(
                Operation::USER_GET,
                r#"{"userId":"a","property":["id"],"wantHeaders":true}"#
            )
            .is_ok()
        );
        assert!(
            Command::parse(
                Operation::USER_UPDATE,
                r#"{"userId":"a","body":{"usageLocation":"GB"}}"#
            )
            .is_ok()
        );
        assert!(
            Command::parse(
                Operation::GROUP_MEMBER_LIST,
                r#"{"groupId":"g","all":true}"#
            )
            .is_ok()
        );
    }
}

//! The settings of a tenant: how its file is kept, what its clock and its faults do, and each choice on which the
//! public record about Graph is silent or divided.

mod application;
mod choices;
mod client_certificate;
mod fault_rule;
mod rules;
mod setting;

pub use application::Application;
pub use choices::{
    AnswerOrder, BodyNames, ClockMode, Consent, DepartedMember, DependsOn, Durability, LowerCase,
    MemberOrder, Permissions, QuotaModel, Refill, RequestCode, RequestLog, RestoreWithoutSeat,
    RetryAfter, SuccessError, TenantSize, UnknownOption, Verdict,
};
pub use client_certificate::ClientCertificate;
pub use fault_rule::{FaultRule, Matcher, Wire};
pub use setting::SettingInfo;

pub(crate) use setting::Setting;
use setting::settings;

use mglicense_rules::assignment::RuleSettings;
use serde_json::Value;

use crate::fault::Fault;

settings! {
    /// All settings of a tenant.
    pub struct Settings {
        /// When a write is safe: `full` on the disk before it is answered, `process` with the operating system
        /// (survives the end of the process, not a power cut), `none` at some time (for benchmarks).
        durability / "durability": Durability = Durability::Full;
        /// The size the file may grow to. A write that needs more is refused as by a full disk.
        max_file_bytes / "maxFileBytes": Option<u64> = None;
        /// `auto`: every request first does what is due at the tenant's time. `explicit`: work waits until a step
        /// is asked for. The time itself is real unless the seed's `clock` fixes it.
        clock_mode / "clockMode": ClockMode = ClockMode::Auto;
        /// Which requests are kept for Get-MgLocalTenantRequest: `off`, `writes` or `all`.
        request_log / "requestLog": RequestLog = RequestLog::Off;
        /// How long each answer is held back.
        latency_milliseconds / "latencyMilliseconds": u64 = 0;
        /// The largest request body. About 4 MB by common report; not documented for the directory.
        max_body_bytes / "maxBodyBytes": u64 = 4 * 1024 * 1024;
        /// Whether the caller's permissions decide what is allowed. A local tenant is a rehearsal, so it does not
        /// ask unless told to.
        permissions / "permissions": Permissions = Permissions::Ignore;
        /// Whether names in request bodies may be in any case. Microsoft documents names in one case and does not
        /// say that others are refused.
        body_names / "bodyNames": BodyNames = BodyNames::AnyCase;
        /// Seconds by which the time that callers are shown, in the header `Date` and in tokens, is ahead of the
        /// tenant's clock; negative: behind.
        clock_skew_seconds / "clockSkewSeconds": i64 = 0;
        /// Signing in to a served tenant.
        sign_in / "signIn": SignInSettings = SignInSettings::default();
        /// Delays between a write and what sees it.
        lag / "lag": LagSettings = LagSettings::default();
        /// The limits on requests.
        quota / "quota": QuotaSettings = QuotaSettings::default();
        /// Faults on purpose: see "Faults".
        faults / "faults": Vec<FaultRule> = Vec::new();
        /// Page sizes.
        page / "page": PageSettings = PageSettings::default();
        /// Query options.
        query / "query": QuerySettings = QuerySettings::default();
        /// Users.
        users / "users": UserSettings = UserSettings::default();
        /// What an assignment may do.
        assignment / "assignment": RuleSettings = RuleSettings::default();
        /// How licences are shown.
        licensing / "licensing": LicensingSettings = LicensingSettings::default();
        /// Groups and their licences.
        groups / "groups": GroupSettings = GroupSettings::default();
        /// Batches.
        batch / "batch": BatchSettings = BatchSettings::default();
        /// Refusals.
        errors / "errors": ErrorSettings = ErrorSettings::default();
    }
}

settings! {
    /// Delays between a write and what sees it, in seconds of the tenant's clock. Reports tell of each kind; nobody
    /// documents how long it is.
    pub struct LagSettings {
        /// How long a new user is not found by calls on it, though its creation was answered.
        new_user_seconds / "newUserSeconds": u32 = 0;
        /// How long licensing goes on seeing the usage location a user had before a write.
        licensing_seconds / "licensingSeconds": u32 = 0;
        /// How long advanced queries, `$search` and `$count` go on seeing a user as before a write.
        index_seconds / "indexSeconds": u32 = 0;
        /// How long after a change of a group or its members their licences follow.
        group_processing_seconds / "groupProcessingSeconds": u32 = 0;
        /// How long after a licence its services go on getting ready: its plans are `PendingInput` in licenseDetails, and
        /// `Success` thereafter.
        provisioning_seconds / "provisioningSeconds": u32 = 0;
    }
}

settings! {
    /// Signing in to a served tenant.
    pub struct SignInSettings {
        /// How long an access token lasts, in seconds of the tenant's clock. Microsoft draws between 60 and 90 minutes,
        /// and shows 3599 in its examples.
        token_seconds / "tokenSeconds": u32 = 3599;
        /// How long a refresh token lasts. Documented as 90 days.
        refresh_token_seconds / "refreshTokenSeconds": u32 = 7_776_000;
        /// How long a device code lasts. Documented as 15 minutes.
        device_code_seconds / "deviceCodeSeconds": u32 = 900;
        /// How often a device may ask whether its code was entered, in seconds.
        device_code_interval / "deviceCodeInterval": u32 = 5;
        /// Whether an assertion signed with a certificate's key is taken more than once while it is valid. RFC 7523 lets a
        /// service refuse it; Microsoft's own library for JavaScript sends one again and again.
        assertion_reuse / "assertionReuse": Verdict = Verdict::Accept;
        /// Who answers where a person is asked to sign in: `ask` waits for somebody at the page, `approve` and
        /// `decline` answer by themselves.
        consent / "consent": Consent = Consent::Ask;
        /// The user principal name of who signs in where nobody says who. Null: the first account that is enabled.
        user / "user": Option<String> = None;
        /// Applications besides the server's own: see "Applications".
        applications / "applications": Vec<Application> = Vec::new();
    }
}

settings! {
    /// The limits on requests. Off unless enabled.
    pub struct QuotaSettings {
        /// Whether the limits are kept.
        enabled / "enabled": bool = false;
        /// How they refill. Microsoft describes a token bucket; reports read like fixed windows too.
        model / "model": QuotaModel = QuotaModel::TokenBucket;
        /// Whether a bucket is full at first. Not documented.
        starts_full / "startsFull": bool = true;
        /// Writes of one application in a window.
        writes / "writes": u32 = 3000;
        /// Writes of one application at once. Null: as many as a window holds.
        write_burst / "writeBurst": Option<u32> = None;
        /// The window for writes of one application, in seconds.
        write_window_seconds / "writeWindowSeconds": u32 = 150;
        /// Writes of all applications in a window.
        tenant_writes / "tenantWrites": u32 = 18_000;
        /// The window for writes of all applications, in seconds.
        tenant_write_window_seconds / "tenantWriteWindowSeconds": u32 = 300;
        /// Resource units of one application in a window. Null: by size of the tenant, 3,500 below 50 users, 5,000
        /// up to 500, 8,000 above.
        resource_units / "resourceUnits": Option<u32> = None;
        /// The size by which the limit on resource units goes; `auto`: by the number of users.
        tenant_size / "tenantSize": TenantSize = TenantSize::Auto;
        /// The window for resource units, in seconds.
        resource_unit_window_seconds / "resourceUnitWindowSeconds": u32 = 10;
        /// What Retry-After says. Its value for the write limit is not documented.
        retry_after / "retryAfter": RetryAfter = RetryAfter::Exact;
        /// Whether requests that are refused by a limit count against it. Documented for Graph as a whole.
        refused_count / "refusedCount": bool = true;
        /// The part of each limit, in percent, that somebody else uses all the time.
        others_percent / "othersPercent": u32 = 0;
    }
}

settings! {
    /// Page sizes.
    pub struct PageSettings {
        /// Items a page holds unless `$top` says otherwise. Documented for groups and members; taken for users too.
        default_size / "defaultSize": u32 = 100;
        /// The largest `$top`. Documented for groups and members; in wide use for users.
        max_size / "maxSize": u32 = 999;
        /// The largest page where signInActivity is selected or filtered. Documented as 120; reported as 500 since.
        sign_in_activity_max / "signInActivityMax": u32 = 120;
        /// Items an expanded relationship returns. Not documented for the directory.
        expand_max / "expandMax": u32 = 20;
    }
}

settings! {
    /// Query options.
    pub struct QuerySettings {
        /// What happens to a query option the service does not know. Graph may pass it over in silence; a rehearsal
        /// rather says so.
        unknown_option / "unknownOption": UnknownOption = UnknownOption::Refuse;
        /// Whether `$select` works on subscribedSkus. Its schema says no; tools in use send it.
        subscribed_skus_select / "subscribedSkusSelect": Verdict = Verdict::Accept;
    }
}

settings! {
    /// Users.
    pub struct UserSettings {
        /// What happens to a usage location in small letters. Not documented.
        lower_case_location / "lowerCaseLocation": LowerCase = LowerCase::Upper;
        /// Whether two letters that are no code of ISO 3166-1 can be a usage location. Not documented; `UK` is known
        /// to be refused.
        unlisted_location / "unlistedLocation": Verdict = Verdict::Refuse;
        /// Days a deleted user can be restored.
        recycle_bin_days / "recycleBinDays": u32 = 30;
        /// What a restored user gets where a product has no seat left. Not documented.
        restore_without_seat / "restoreWithoutSeat": RestoreWithoutSeat = RestoreWithoutSeat::Drop;
    }
}

settings! {
    /// How licences are shown.
    pub struct LicensingSettings {
        /// The word for "no error" in licenseAssignmentStates. The schema says null; the service sends `None`.
        success_error / "successError": SuccessError = SuccessError::None;
        /// Whether licenseDetails lists what is inherited from groups. One report misses it; the maintainers see it.
        inherited_in_details / "inheritedInDetails": bool = true;
        /// Whether assignments of a suspended product show the state `Disabled`. Not documented.
        suspended_shown_disabled / "suspendedShownDisabled": bool = true;
    }
}

settings! {
    /// Groups and their licences.
    pub struct GroupSettings {
        /// Members one PATCH may add.
        members_per_request / "membersPerRequest": u32 = 20;
        /// Members processed by one request or step.
        members_per_step / "membersPerStep": u32 = 1000;
        /// Whether members of nested groups are licensed. Documented as no; announced for a newer platform.
        nested / "nested": bool = false;
        /// Whether group licensing writes the tenant's location to members without one. Documented as no; one report
        /// says yes.
        write_location / "writeLocation": bool = false;
        /// Whether group licensing needs Entra ID P1. Documented as needed; reported to work without.
        require_p1 / "requireP1": bool = false;
        /// Who is served when seats come back. Reprocessing is documented; a retry within hours is reported.
        refill / "refill": Refill = Refill::Manual;
        /// In what order members are processed, and so who waits when seats run out. Not documented.
        member_order / "memberOrder": MemberOrder = MemberOrder::Seeded;
        /// What becomes of a licence that cannot be taken from a member who left. Microsoft's page said `direct`
        /// until 2024 and says `error` since.
        departed_member / "departedMember": DepartedMember = DepartedMember::Error;
        /// Whether a group with licences can be deleted. Documented as no; the text of the refusal is not known.
        licensed_delete / "licensedDelete": Verdict = Verdict::Refuse;
    }
}

settings! {
    /// Batches.
    pub struct BatchSettings {
        /// Steps a batch may have.
        max_steps / "maxSteps": u32 = 20;
        /// How steps may depend on each other. Older text allows three shapes; newer text only advises.
        depends_on / "dependsOn": DependsOn = DependsOn::Any;
        /// In what order a batch is answered. Documented as any.
        answer_order / "answerOrder": AnswerOrder = AnswerOrder::AsSent;
        /// The status of a batch of which a step was refused by a limit. Pages disagree: 200 or 424.
        throttled_status / "throttledStatus": u32 = 200;
    }
}

settings! {
    /// Refusals.
    pub struct ErrorSettings {
        /// The code of the refusal of a text that is no GUID. Its text is known from a report, its code is not.
        bad_guid_code / "badGuidCode": RequestCode = RequestCode::Directory;
        /// The code of the refusal of a body that is no JSON. Known from memory only.
        malformed_json_code / "malformedJsonCode": RequestCode = RequestCode::Gateway;
    }
}

impl Settings {
    /// Every setting with its type, default and meaning, for documentation.
    pub fn describe() -> Vec<SettingInfo> {
        let mut list = Vec::new();
        <Settings as Setting>::describe("", "", &mut list);
        list
    }

    /// Changes what the JSON object names and leaves the rest. A null restores a default.
    ///
    /// # Errors
    /// An unknown setting, or a value it cannot have, with the JSON path below the object.
    pub fn change(&mut self, changes: &Value) -> Result<(), Fault> {
        let mut changed = self.clone();
        changed.merge(changes)?;
        changed.check()?;
        *self = changed;
        Ok(())
    }

    /// Takes over what this version knows of settings that another version may have written.
    pub(crate) fn change_known(&mut self, stored: &Value) {
        for (name, value) in stored.as_object().into_iter().flatten() {
            let change = Value::Object([(name.clone(), value.clone())].into_iter().collect());
            // What is not known here keeps its default.
            let _ = self.change(&change);
        }
    }

    /// All settings as a JSON object.
    pub fn json(&self) -> Value {
        self.to_json()
    }

    /// Whether a request leaves a count in the file, even one that only reads or is refused.
    pub(crate) fn keeps_counts(&self) -> bool {
        self.quota.enabled || !self.faults.is_empty()
    }

    /// Refuses values that no service could work with.
    fn check(&self) -> Result<(), Fault> {
        let at_least_one = [
            (self.page.default_size, "page", "defaultSize"),
            (self.page.max_size, "page", "maxSize"),
            (self.page.sign_in_activity_max, "page", "signInActivityMax"),
            (self.batch.max_steps, "batch", "maxSteps"),
            (
                self.groups.members_per_request,
                "groups",
                "membersPerRequest",
            ),
            (self.groups.members_per_step, "groups", "membersPerStep"),
            (
                self.quota.write_window_seconds,
                "quota",
                "writeWindowSeconds",
            ),
            (
                self.quota.tenant_write_window_seconds,
                "quota",
                "tenantWriteWindowSeconds",
            ),
            (
                self.quota.resource_unit_window_seconds,
                "quota",
                "resourceUnitWindowSeconds",
            ),
        ];
        for (value, group, name) in at_least_one {
            if value == 0 {
                return Err(Fault::new("must be at least 1").at(name).at(group));
            }
        }
        if self.quota.others_percent > 99 {
            return Err(Fault::new("must be below 100")
                .at("othersPercent")
                .at("quota"));
        }
        if ![200, 424].contains(&self.batch.throttled_status) {
            return Err(Fault::new("must be 200 or 424")
                .at("throttledStatus")
                .at("batch"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_touches_only_what_it_names_and_null_restores_the_default() {
        let mut settings = Settings::default();
        settings
            .change(&json!({"page": {"maxSize": 10}, "requestLog": "all"}))
            .unwrap();
        settings
            .change(&json!({"page": {"defaultSize": 5}}))
            .unwrap();
        assert_eq!(
            (settings.page.max_size, settings.page.default_size),
            (10, 5)
        );
        assert_eq!(settings.request_log, RequestLog::All);
        settings
            .change(&json!({"page": {"maxSize": null}}))
            .unwrap();
        assert_eq!(
            (settings.page.max_size, settings.page.default_size),
            (999, 5)
        );
    }

    #[test]
    fn a_wrong_change_is_refused_whole_with_its_path() {
        let mut settings = Settings::default();
        let fault = settings
            .change(&json!({"requestLog": "all", "lag": {"indexSecond": 3}}))
            .unwrap_err();
        assert_eq!(
            fault.to_string(),
            "$.lag.indexSecond: unknown setting 'indexSecond'; did you mean 'indexSeconds'?"
        );
        assert_eq!(settings, Settings::default());
        let fault = settings
            .change(&json!({"durability": "often"}))
            .unwrap_err();
        assert_eq!(
            fault.to_string(),
            "$.durability: 'often' is none of: full, process, none"
        );
        let fault = settings
            .change(&json!({"page": {"maxSize": 0}}))
            .unwrap_err();
        assert_eq!(fault.to_string(), "$.page.maxSize: must be at least 1");
        let fault = settings
            .change(&json!({"latencyMilliseconds": "20"}))
            .unwrap_err();
        assert_eq!(
            fault.to_string(),
            "$.latencyMilliseconds: expected a whole number, found text"
        );
    }

    #[test]
    fn settings_survive_their_own_json() {
        let mut settings = Settings::default();
        settings
            .change(&json!({
                "durability": "none", "maxFileBytes": 4096, "faults": [{"on": {"path": "/users/**"}, "status": 503}],
                "assignment": {"overlapRefused": false}
            }))
            .unwrap();
        let mut copy = Settings::default();
        copy.change(&settings.json()).unwrap();
        assert_eq!(copy, settings);
    }

    #[test]
    fn every_setting_says_what_it_does() {
        let list = Settings::describe();
        assert!(list.len() > 50);
        for setting in list {
            assert!(setting.about.len() > 10, "{}", setting.name);
            assert!(
                !setting.type_name.is_empty() && setting.type_name != "object",
                "{}",
                setting.name
            );
        }
    }
}

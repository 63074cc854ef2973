//! The choices that settings offer: each a word of its own in JSON.

use super::setting::choice;

choice! {
    /// When a write is safe.
    pub enum Durability {
        /// On the disk before it is answered: survives a power cut.
        Full = "full",
        /// With the operating system before it is answered: survives the end of the process.
        Process = "process",
        /// At some time. A power cut may damage the file.
        None = "none",
    }
}

choice! {
    /// Who does work that is due.
    pub enum ClockMode {
        /// Every request first does what is due at the tenant's time.
        Auto = "auto",
        /// Work is done when a step is asked for.
        Explicit = "explicit",
    }
}

choice! {
    /// Which requests are kept.
    pub enum RequestLog {
        /// None.
        Off = "off",
        /// Those that write.
        Writes = "writes",
        /// All.
        All = "all",
    }
}

choice! {
    /// Whether something is done or refused.
    pub enum Verdict {
        /// Taken.
        Accept = "accept",
        /// Refused.
        Refuse = "refuse",
    }
}

choice! {
    /// What happens to a query option the service does not know.
    pub enum UnknownOption {
        /// 400 that names it.
        Refuse = "refuse",
        /// Passed over.
        Ignore = "ignore",
    }
}

choice! {
    /// What happens to a usage location in small letters.
    pub enum LowerCase {
        /// Stored in capitals.
        Upper = "upper",
        /// Stored as it is.
        Keep = "keep",
        /// Refused as invalid.
        Refuse = "refuse",
    }
}

choice! {
    /// What a restored user gets where a product has no seat left.
    pub enum RestoreWithoutSeat {
        /// The user comes back without that licence.
        Drop = "drop",
        /// The user is not restored.
        Refuse = "refuse",
    }
}

choice! {
    /// The word for "no error" in licenseAssignmentStates.
    pub enum SuccessError {
        /// The text `None`.
        None = "None",
        /// A null.
        Null = "null",
    }
}

choice! {
    /// Whether property names in request bodies must be in Graph's own case.
    pub enum BodyNames {
        /// Any case.
        AnyCase = "anyCase",
        /// Exactly.
        Exact = "exact",
    }
}

choice! {
    /// Whether the caller's permissions decide what is allowed.
    pub enum Permissions {
        /// Everybody may do everything.
        Ignore = "ignore",
        /// 403 without the permission Graph documents.
        Enforce = "enforce",
    }
}

choice! {
    /// Who answers where a person is asked to sign in.
    pub enum Consent {
        /// The person.
        Ask = "ask",
        /// Nobody: it is agreed at once.
        Approve = "approve",
        /// Nobody: it is declined at once.
        Decline = "decline",
    }
}

choice! {
    /// How a quota refills.
    pub enum QuotaModel {
        /// Steadily, up to its size.
        TokenBucket = "tokenBucket",
        /// At once, at the end of each window.
        FixedWindow = "fixedWindow",
    }
}

choice! {
    /// The size of a tenant, by which Microsoft sets its limits.
    pub enum TenantSize {
        /// By the number of its users.
        Auto = "auto",
        /// Below 50 users.
        Small = "small",
        /// Up to 500.
        Medium = "medium",
        /// More.
        Large = "large",
    }
}

choice! {
    /// What Retry-After says.
    pub enum RetryAfter {
        /// When the refused request would pass.
        Exact = "exact",
        /// The length of the window.
        Window = "window",
        /// Nothing: the header is left out.
        Absent = "absent",
    }
}

choice! {
    /// How steps of a batch may depend on each other.
    pub enum DependsOn {
        /// In any way without a circle.
        Any = "any",
        /// Not at all, each on the one before it, or all on the same one.
        ThreeShapes = "threeShapes",
    }
}

choice! {
    /// In what order a batch is answered.
    pub enum AnswerOrder {
        /// As asked.
        AsSent = "asSent",
        /// Shuffled, the same way for the same tenant and batch.
        Shuffled = "shuffled",
    }
}

choice! {
    /// Who is served when seats come back.
    pub enum Refill {
        /// Nobody until reprocessing is asked for.
        Manual = "manual",
        /// Those who wait, by themselves.
        Automatic = "automatic",
    }
}

choice! {
    /// In what order the members of a group are processed.
    pub enum MemberOrder {
        /// An order of the tenant's own, drawn from its seed.
        Seeded = "seeded",
        /// The order in which they joined.
        Joined = "joined",
    }
}

choice! {
    /// What becomes of a licence that cannot be taken from a member who left, because another depends on it.
    pub enum DepartedMember {
        /// It stays, in error, until the dependency is gone and the user is processed again.
        Error = "error",
        /// It becomes a direct licence.
        Direct = "direct",
    }
}

choice! {
    /// The code of a refusal whose text is known and whose code is not.
    pub enum RequestCode {
        /// The directory's.
        Directory = "Request_BadRequest",
        /// The gateway's.
        Gateway = "BadRequest",
    }
}

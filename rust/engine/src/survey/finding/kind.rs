//! The kinds of findings.

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) enum Severity {
    /// People lack what they should have, or soon will.
    High,
    /// Something is wrong, or money is spent for nothing.
    Medium,
    /// Worth a look.
    Low,
    /// Good to know.
    Info,
    /// It could not be found out.
    Unknown,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident $(/ $opt_in:ident)?;)+) => {
        /// What is found.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub(crate) enum Kind {
            $($(#[doc = $doc])+ $kind,)+
        }

        /// Every kind in the order in which they are told, with what it is and whether it is found only when asked for.
        pub(crate) const KINDS: &[(Kind, &str, bool)] = &[
            $((Kind::$kind, concat!($($doc),+), kinds!(@opt_in $($opt_in)?)),)+
        ];

        impl Kind {
            /// Its name.
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)+ }
            }
        }
    };
    (@opt_in) => { false };
    (@opt_in opt_in) => { true };
}

kinds! {
    /// Licences that a group could not give.
    GroupError;
    /// More seats in use than there are.
    OverAssigned;
    /// Products with no or few free seats.
    SeatsShort;
    /// Subscriptions that end soon, are in their days of grace or suspended.
    Expiring;
    /// Accounts without a usage location.
    NoLocation;
    /// Accounts from on premises without a usage location.
    Hybrid;
    /// Accounts that may not sign in and hold licences.
    Disabled;
    /// Licensed accounts that never signed in.
    NeverSignedIn;
    /// Licensed accounts that did not sign in for long.
    Inactive;
    /// Products that a user has both directly and through a group.
    DirectAndGroup;
    /// Products that give a user nothing that another one doesn't.
    Redundant;
    /// Guests who get licences through a group.
    LicensedGuest;
    /// Products that users hold though the tenant no longer has them.
    NotInTenant;
    /// Seats that are paid for and not in use.
    UnusedSeats;
    /// Users of whom the service did not say what they hold.
    Unread;
    /// Service plans that are assigned and not ready yet.
    NotProvisioned / opt_in;
    /// Shared mailboxes and rooms that hold licences.
    SharedMailbox / opt_in;
}

impl Kind {
    /// Whether it needs the date of the last sign-in.
    pub(crate) fn needs_sign_in(self) -> bool {
        matches!(self, Self::NeverSignedIn | Self::Inactive)
    }

    /// Whether it is found among the seats rather than among the users.
    pub(crate) fn is_about_seats(self) -> bool {
        matches!(
            self,
            Self::OverAssigned | Self::SeatsShort | Self::Expiring | Self::UnusedSeats
        )
    }
}

//! Choices on which the public record is silent or divided.

use serde::{Deserialize, Serialize};

/// Declares the settings once: the struct, its defaults and their description.
macro_rules! rule_settings {
    ($($(#[doc = $doc:literal])+ $field:ident / $name:literal = $default:literal;)+) => {
        /// How the rules decide where Microsoft documents nothing or reports disagree. The defaults are
        /// the likelier behaviour; a tenant made for a test may choose otherwise.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct RuleSettings {
            $($(#[doc = $doc])+ #[serde(rename = $name)] pub $field: bool,)+
        }

        impl Default for RuleSettings {
            fn default() -> RuleSettings {
                RuleSettings { $($field: $default,)+ }
            }
        }

        impl RuleSettings {
            /// Every setting, for documentation and for reading them one by one.
            pub const ALL: &[RuleSetting] = &[
                $(RuleSetting { name: $name, default: $default, about: concat!($($doc, "\n"),+) },)+
            ];

            /// The setting of that name in JSON.
            pub fn get(&self, name: &str) -> Option<bool> {
                match name {
                    $($name => Some(self.$field),)+
                    _ => None,
                }
            }

            /// Sets the setting of that name in JSON. False if there is none.
            pub fn set(&mut self, name: &str, value: bool) -> bool {
                match name {
                    $($name => self.$field = value,)+
                    _ => return false,
                }
                true
            }
        }
    };
}

/// The description of one setting. All are Boolean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleSetting {
    /// Its name in JSON.
    pub name: &'static str,
    /// What it is unless given.
    pub default: bool,
    /// What it decides.
    pub about: &'static str,
}

rule_settings! {
    /// Whether seats in the days of grace after a subscription expired can be assigned. Microsoft gives
    /// no formula; the life cycle pages say that admins may go on assigning in that stage.
    warning_seats_assignable / "warningSeatsAssignable" = true;
    /// Whether a product a user inherits from a group can be assigned to them directly as well. The
    /// portal does not offer it; the documented way from direct to group licences needs both at once.
    direct_over_inherited_accepted / "directOverInheritedAccepted" = true;
    /// Whether a product listed twice in one list refuses the request. If not, the last one counts.
    duplicates_refused / "duplicatesRefused" = true;
    /// Whether a product both added and removed refuses the request. If not, the addition counts.
    overlap_refused / "overlapRefused" = true;
    /// Whether the usage location is judged before everything else, and not after the removals. Tells
    /// only where a request has more than one fault.
    location_checked_first / "locationCheckedFirst" = false;
    /// Whether a usage location of two letters that is not in ISO 3166-1, such as `XK`, can be licensed.
    unlisted_location_accepted / "unlistedLocationAccepted" = true;
    /// Whether a product that left the tenant can still be removed from a user who holds it.
    leftover_removal_accepted / "leftoverRemovalAccepted" = true;
    /// Whether a plan for the whole company may be listed as disabled, without effect.
    company_plan_disabling_accepted / "companyPlanDisablingAccepted" = true;
    /// Whether a missing dependency or a conflict that was there before the request, and that it does
    /// not make worse, is let pass.
    prior_violations_tolerated / "priorViolationsTolerated" = false;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_names_reach_the_fields_and_unknown_ones_are_refused() {
        let settings: RuleSettings =
            serde_json::from_str(r#"{"warningSeatsAssignable": false}"#).unwrap();
        assert!(!settings.warning_seats_assignable);
        assert!(settings.duplicates_refused);
        let error = serde_json::from_str::<RuleSettings>(r#"{"warningSeats": false}"#).unwrap_err();
        assert!(error.to_string().contains("warningSeats"), "{error}");
    }

    #[test]
    fn each_described_setting_can_be_read_and_set_by_its_name() {
        for setting in RuleSettings::ALL {
            let mut settings = RuleSettings::default();
            assert_eq!(settings.get(setting.name), Some(setting.default));
            assert!(settings.set(setting.name, !setting.default));
            assert_eq!(settings.get(setting.name), Some(!setting.default));
            let json = serde_json::to_value(settings).unwrap();
            assert_eq!(json[setting.name], !setting.default);
            assert!(
                setting.about.len() > 40,
                "{} is not described",
                setting.name
            );
        }
        assert!(!RuleSettings::default().set("noSuchSetting", true));
    }
}

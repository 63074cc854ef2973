//! Findings about seats.

use jiff::{SignedDuration, Timestamp};

use super::kind::{Kind, Severity};
use super::{Finding, FindingOptions};
use crate::survey::seats::Seats;

/// Those whose seats could be freed.
const IDLE: &[Kind] = &[Kind::Disabled, Kind::NeverSignedIn, Kind::Inactive];

/// What the seats give reason to say. Products for the whole company are no user's, and seats without limit are never
/// short or wasted.
pub(crate) fn of_seats(seats: &[Seats], options: &FindingOptions, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    for seats in seats {
        if seats.applies_to != "User" || options.excluded_skus.contains(&seats.sku_id) {
            continue;
        }
        let mut tell = |finding: Finding| {
            if options.wants(finding.kind) {
                findings.push(about(finding, seats));
            }
        };
        let usable = seats.enabled + seats.warning;
        if seats.over > 0 {
            tell(
                Finding::new(
                    Kind::OverAssigned,
                    Severity::High,
                    format!(
                        "{} seats are in use and {usable} are there: {} too many.",
                        seats.assigned, seats.over
                    ),
                )
                .count(seats.over)
                .repair(options.find_again(IDLE)),
            );
        }
        if let Some(waiting) = seats.waiting.filter(|&waiting| waiting > 0) {
            tell(
                Finding::new(
                    Kind::SeatsShort,
                    Severity::High,
                    format!(
                        "{waiting} users wait for a seat; {} are free.",
                        seats.available
                    ),
                )
                .count(waiting)
                .repair(if seats.available > 0 {
                    let again = options.find_again(&[Kind::GroupError]);
                    format!("({again}).Users | Repair-MgLicenseError")
                } else {
                    options.find_again(IDLE)
                }),
            );
        } else if seats.over == 0
            && usable > 0
            && !seats.looks_unlimited
            && (seats.available == 0 || seats.available * 100 < usable * options.short_percent)
        {
            tell(
                Finding::new(
                    Kind::SeatsShort,
                    Severity::Medium,
                    format!("{} of {usable} seats are free.", seats.available),
                )
                .count(seats.available)
                .repair(options.find_again(IDLE)),
            );
        }
        if !seats.looks_unlimited
            && seats.available > 0
            && seats.available * 100 > usable * options.unused_percent
        {
            tell(
                Finding::new(
                    Kind::UnusedSeats,
                    Severity::Info,
                    format!(
                        "{} of {usable} seats are paid for and not in use.",
                        seats.available
                    ),
                )
                .count(seats.available)
                .repair(format!("Get-MgLicenseSummary -SkuId {}", seats.sku_id)),
            );
        }
        if let Some(finding) = expiring(seats, options, now) {
            tell(finding);
        }
    }
    findings
}

fn expiring(seats: &Seats, options: &FindingOptions, now: Timestamp) -> Option<Finding> {
    let date = seats
        .ends_at
        .map(|at| at.to_string().chars().take(10).collect::<String>());
    let until = date
        .as_ref()
        .map_or_else(String::new, |date| format!(" until {date}"));
    let finding = if seats.warning > 0 {
        Finding::new(
            Kind::Expiring,
            Severity::High,
            format!(
                "{} seats are in their days of grace{until}; they work until they are suspended.",
                seats.warning
            ),
        )
        .count(seats.warning)
    } else if seats.suspended > 0 && seats.assigned > seats.enabled {
        Finding::new(
            Kind::Expiring,
            Severity::High,
            format!(
                "{} seats are suspended and {} users hold the product; what is suspended is deleted unless it is renewed.",
                seats.suspended, seats.assigned
            ),
        )
        .count(seats.suspended)
    } else {
        let at = seats.ends_at?;
        let ahead = at.duration_since(now);
        if ahead > SignedDuration::from_hours(24 * options.expiry_days) {
            return None;
        }
        Finding::new(
            Kind::Expiring,
            Severity::Medium,
            format!(
                "The subscription ends or renews on {}.",
                date.unwrap_or_default()
            ),
        )
        .count(seats.enabled)
    };
    Some(finding.repair(format!("Get-MgLicenseSummary -SkuId {}", seats.sku_id)))
}

fn about(mut finding: Finding, seats: &Seats) -> Finding {
    finding.subject = Some(seats.product_name.clone());
    finding.sku_id = Some(seats.sku_id);
    finding.sku_part_number = Some(seats.sku_part_number.clone());
    finding.product_name = Some(seats.product_name.clone());
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::finding::KINDS;
    use mglicense_rules::Guid;

    fn options() -> FindingOptions {
        FindingOptions {
            kinds: KINDS.iter().map(|(kind, _, _)| *kind).collect(),
            inactive_days: 90,
            expiry_days: 30,
            short_percent: 5,
            unused_percent: 20,
            excluded_skus: Vec::new(),
            exclusions: String::new(),
        }
    }

    fn seats(enabled: i64, assigned: i64) -> Seats {
        Seats {
            sku_id: Guid(1),
            sku_part_number: "P".into(),
            product_name: "Product".into(),
            applies_to: "User",
            status: None,
            enabled,
            warning: 0,
            suspended: 0,
            locked_out: 0,
            assigned,
            free: enabled - assigned,
            available: (enabled - assigned).max(0),
            over: (assigned - enabled).max(0),
            waiting: Some(0),
            looks_unlimited: false,
            ends_at: None,
            subscription: None,
        }
    }

    fn kinds(seats: Seats) -> Vec<(Kind, Severity)> {
        let now = "2026-11-25T09:00:00Z".parse().unwrap();
        of_seats(&[seats], &options(), now)
            .into_iter()
            .map(|finding| (finding.kind, finding.severity))
            .collect()
    }

    #[test]
    fn seats_are_short_over_or_unused_and_nothing_between() {
        assert_eq!(kinds(seats(100, 90)), []);
        assert_eq!(
            kinds(seats(100, 96)),
            [(Kind::SeatsShort, Severity::Medium)]
        );
        assert_eq!(
            kinds(seats(100, 100)),
            [(Kind::SeatsShort, Severity::Medium)]
        );
        assert_eq!(
            kinds(seats(100, 101)),
            [(Kind::OverAssigned, Severity::High)]
        );
        assert_eq!(kinds(seats(100, 79)), [(Kind::UnusedSeats, Severity::Info)]);
        let waiting = Seats {
            waiting: Some(3),
            ..seats(100, 100)
        };
        assert_eq!(kinds(waiting), [(Kind::SeatsShort, Severity::High)]);
    }

    #[test]
    fn no_alarm_is_about_what_is_no_users_or_without_limit() {
        let company = Seats {
            applies_to: "Company",
            ..seats(100, 0)
        };
        assert_eq!(kinds(company), []);
        let free = Seats {
            looks_unlimited: true,
            ..seats(10_000, 9_999)
        };
        assert_eq!(kinds(free), []);
    }

    #[test]
    fn a_subscription_is_told_when_its_end_is_near_or_its_grace_has_begun() {
        let ending = |at: &str| Seats {
            ends_at: Some(at.parse().unwrap()),
            ..seats(100, 90)
        };
        assert_eq!(
            kinds(ending("2026-12-25T08:00:00Z")),
            [(Kind::Expiring, Severity::Medium)]
        );
        assert_eq!(kinds(ending("2026-12-25T10:00:00Z")), []);
        let grace = Seats {
            warning: 10,
            ..ending("2027-12-01T00:00:00Z")
        };
        assert_eq!(kinds(grace), [(Kind::Expiring, Severity::High)]);
    }
}

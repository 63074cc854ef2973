//! The tenant as one page that needs no network.
//!
//! The list of people is written while it is read; everything else follows once it is known. What comes from the
//! tenant reaches the page through the template engine, which escapes it, or as JSON without any character that HTML
//! knows; and the page lets no script run but its own.

use std::collections::HashMap;
use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mglicense_rules::assignment::HoldingError;
use minijinja::{Environment, context};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::assignment::{Assignments, Holding, LastSignIn, Standing};
use super::finding::{Finding, Severity};
use super::overview::Overview;
use super::person::Person;
use super::seats::Seats;
use crate::failure::{Failure, FailureKind};

const HEAD: &str = include_str!("html/head.html");
const BODY: &str = include_str!("html/body.html");
const CSS: &str = include_str!("html/report.css");
const SCRIPT: &str = include_str!("html/report.js");

/// What the page is to hold.
#[derive(Clone, Debug)]
pub(crate) struct HtmlOptions {
    pub(crate) title: String,
    /// Whether people are named.
    pub(crate) personal: bool,
    /// Whether it tells when they last signed in.
    pub(crate) sign_in: bool,
}

/// A page that is being written.
pub(crate) struct Document<W: Write> {
    out: W,
    options: HtmlOptions,
    environment: Environment<'static>,
    /// The first failure to write: reading goes on to its end only for what is worth it.
    broken: Option<std::io::Error>,
    rows: u64,
    licensed: u64,
    groups: HashMap<usize, GroupFigures>,
    sources: Interned,
    plans: Interned,
}

#[derive(Clone, Copy, Default)]
struct GroupFigures {
    licensed: u64,
    failed: u64,
}

/// Texts by number.
#[derive(Default)]
struct Interned {
    texts: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Interned {
    fn number(&mut self, text: String) -> usize {
        if let Some(&number) = self.numbers.get(&text) {
            return number;
        }
        let number = self.texts.len();
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }
}

/// The states by number, as the list of people has them.
const STATES: [Standing; 6] = [
    Standing::Active,
    Standing::ActiveWithError,
    Standing::Disabled,
    Standing::Error,
    Standing::Unknown,
    Standing::None,
];

/// What the page came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    pub(crate) rows: u64,
}

impl<W: Write> Document<W> {
    /// Begins a page.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn begin(out: W, options: HtmlOptions) -> Result<Self, Failure> {
        let mut environment = Environment::new();
        // The names end in .html: what is put into these templates is escaped.
        for (name, source) in [("head.html", HEAD), ("body.html", BODY)] {
            environment
                .add_template(name, source)
                .map_err(|error| fault(&error))?;
        }
        let mut document = Self {
            out,
            options,
            environment,
            broken: None,
            rows: 0,
            licensed: 0,
            groups: HashMap::new(),
            sources: Interned::default(),
            plans: Interned::default(),
        };
        let head = document.render(
            "head.html",
            context! {
                title => document.options.title,
                personal => document.options.personal,
                css => CSS,
                script_hash => STANDARD.encode(Sha256::digest(SCRIPT.as_bytes())),
            },
        )?;
        document.write(head.as_bytes());
        if document.options.personal {
            document.write(b"[");
        }
        document.check()?;
        Ok(document)
    }

    /// Writes a user with what they hold.
    pub(crate) fn person(
        &mut self,
        person: &Person,
        holdings: &[Holding],
        assignments: &Assignments,
    ) {
        let in_effect = |holding: &&Holding| holding.standing != Standing::Error;
        self.licensed += u64::from(holdings.iter().any(|holding| in_effect(&holding)));
        for source in holdings.iter().flat_map(|holding| &holding.sources) {
            if let Some(group) = source.group {
                let figures = self.groups.entry(group).or_default();
                if source.error() == HoldingError::None {
                    figures.licensed += 1;
                } else {
                    figures.failed += 1;
                }
            }
        }
        if !self.options.personal || self.broken.is_some() {
            return;
        }
        if holdings.is_empty() {
            let state = if person.licences.is_none() {
                Standing::Unknown
            } else {
                Standing::None
            };
            self.row(person, None, state, assignments);
        }
        for holding in holdings {
            self.row(person, Some(holding), holding.standing, assignments);
        }
    }

    fn row(
        &mut self,
        person: &Person,
        holding: Option<&Holding>,
        state: Standing,
        assignments: &Assignments,
    ) {
        let source = holding.map_or_else(String::new, |holding| {
            let mut text = holding.source_text(&assignments.groups);
            if let Some(error) = super::error_in_words(holding.error) {
                text = format!("{text} ({error})");
            }
            text
        });
        let source = self.sources.number(source);
        let plans = holding.map_or(-1, |holding| {
            let off = &assignments.naming.plan_sets()[holding.plans].off;
            // Where nothing is in effect, everything is off, which says nothing.
            if off.is_empty() || holding.standing == Standing::Error {
                return -1;
            }
            let names: Vec<&str> = off.iter().map(|plan| plan.name.as_str()).collect();
            i64::try_from(self.plans.number(names.join(", "))).unwrap_or(-1)
        });
        let product = holding.map_or(-1, |holding| i64::try_from(holding.product).unwrap_or(-1));
        let account = match person.account_enabled {
            None => -1,
            Some(false) => 0,
            Some(true) => 1,
        };
        let state = STATES
            .iter()
            .position(|other| *other == state)
            .unwrap_or_default();
        let sign_in = match (&person.last_sign_in, self.options.sign_in) {
            (LastSignIn::At(at), true) => at.get(..10).unwrap_or(at),
            _ => "",
        };
        let row = (
            person.name(),
            person.display_name.as_deref().unwrap_or_default(),
            product,
            source,
            state,
            person.usage_location.as_deref().unwrap_or_default(),
            account,
            i32::from(person.synced == Some(true)),
            plans,
            sign_in,
        );
        if self.rows > 0 {
            self.write(b",\n");
        }
        self.rows += 1;
        let json = json_in_html(&row);
        self.write(json.as_bytes());
    }

    /// Writes the rest of the page.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn finish(
        mut self,
        overview: &Overview,
        version: &str,
    ) -> Result<(Written, W), Failure> {
        if self.options.personal {
            self.write(b"]</script>\n");
        }
        let naming = &overview.assignments.naming;
        let products: Vec<ProductRow<'_>> = overview.seats.iter().map(ProductRow::new).collect();
        let names: Vec<&str> = naming
            .products()
            .iter()
            .map(|product| product.product_name.as_str())
            .collect();
        let groups = self.group_rows(overview);
        let findings: Vec<FindingRow<'_>> = overview.findings.iter().map(FindingRow::new).collect();
        let users: Vec<Vec<(&str, Option<&str>)>> = overview
            .findings
            .iter()
            .map(|finding| {
                finding
                    .users
                    .iter()
                    .map(|user| {
                        (
                            user.user_principal_name.as_deref().unwrap_or(&user.user_id),
                            user.detail.as_deref(),
                        )
                    })
                    .collect()
            })
            .collect();
        let people_names = json_in_html(&serde_json::json!({
            "products": names,
            "sources": self.sources.texts,
            "states": STATES,
            "plans": self.plans.texts,
            "signIn": self.options.sign_in && !overview.sign_in_refused,
        }));
        let mut missing: Vec<_> = overview
            .failures
            .iter()
            .map(|(what, failure)| {
                let mut what = what.clone();
                if let Some(first) = what.get(..1) {
                    what = first.to_uppercase() + &what[1..];
                }
                context! { what, why => format!("[{}] {}", failure.code, failure.message) }
            })
            .collect();
        if self.options.sign_in && overview.sign_in_refused {
            missing.push(context! {
                what => "When people last signed in",
                why => "the service does not tell this sign-in; it needs AuditLog.Read.All, and a tenant with Entra ID P1",
            });
        }
        let weighty = overview
            .findings
            .iter()
            .filter(|finding| matches!(finding.severity, Severity::High | Severity::Medium))
            .count();
        let body = self.render(
            "body.html",
            context! {
                title => self.options.title,
                personal => self.options.personal,
                generated_at => overview.now.strftime("%Y-%m-%d %H:%M").to_string(),
                version,
                totals => context! {
                    people => overview.people,
                    licensed => self.licensed,
                    products => overview.seats.len(),
                    groups => groups.len(),
                    assigned => overview.seats.iter().map(|seats| seats.assigned).sum::<i64>(),
                    weighty,
                },
                missing,
                seats_unread => overview.failures.iter().any(|(what, _)| what.contains("seats")),
                products,
                findings,
                groups,
                people_names,
                finding_users => json_in_html(&users),
                script => SCRIPT,
            },
        )?;
        self.write(body.as_bytes());
        self.check()?;
        self.out.flush().map_err(|error| unwritable(&error))?;
        Ok((Written { rows: self.rows }, self.out))
    }

    fn group_rows(&self, overview: &Overview) -> Vec<GroupRow> {
        let mut rows: Vec<GroupRow> = overview
            .assignments
            .groups
            .all()
            .iter()
            .enumerate()
            .map(|(number, group)| {
                let figures = self.groups.get(&number).copied().unwrap_or_default();
                let names: Vec<String> = group
                    .sku_ids
                    .iter()
                    .map(|&id| overview.assignments.naming.name_of(id))
                    .collect();
                GroupRow {
                    name: group.label(),
                    products: names.join(", "),
                    licensed: figures.licensed,
                    failed: figures.failed,
                }
            })
            .collect();
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        rows
    }

    fn render(&self, name: &str, values: minijinja::Value) -> Result<String, Failure> {
        self.environment
            .get_template(name)
            .and_then(|template| template.render(values))
            .map_err(|error| fault(&error))
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.broken.is_none()
            && let Err(error) = self.out.write_all(bytes)
        {
            self.broken = Some(error);
        }
    }

    fn check(&self) -> Result<(), Failure> {
        match &self.broken {
            Some(error) => Err(unwritable(error)),
            None => Ok(()),
        }
    }
}

/// The failure of a page that can't be written.
pub(crate) fn unwritable(error: &std::io::Error) -> Failure {
    Failure::new(
        FailureKind::Argument,
        "ReportNotWritten",
        format!("the report could not be written: {error}"),
    )
}

fn fault(error: &minijinja::Error) -> Failure {
    Failure::new(
        FailureKind::Internal,
        "ReportTemplate",
        format!("the report's template failed: {error:#}"),
    )
}

/// A value as JSON that HTML can't take for anything else, wherever it stands.
fn json_in_html(value: &impl Serialize) -> String {
    // Only texts, numbers and lists come here, which always have a JSON form.
    let json = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
    let mut safe = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        match letter {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[derive(Serialize)]
struct ProductRow<'a> {
    seats: &'a Seats,
    /// Shares of the bar, in percent.
    used: i64,
    grace: i64,
    label: String,
    ends: Option<String>,
}

impl<'a> ProductRow<'a> {
    fn new(seats: &'a Seats) -> Self {
        let usable = seats.enabled + seats.warning;
        let whole = usable.max(seats.assigned).max(1);
        let used = seats.assigned.clamp(0, whole) * 100 / whole;
        // Of the seats that are free, those in grace are the ones to go first.
        let grace = seats.warning.min((usable - seats.assigned).max(0)) * 100 / whole;
        let label = if seats.over > 0 {
            format!(
                "{} of {usable} seats in use, {} too many",
                seats.assigned, seats.over
            )
        } else {
            format!("{} of {usable} seats in use", seats.assigned)
        };
        Self {
            seats,
            used,
            grace: grace.min(100 - used),
            label,
            ends: seats.ends_at.map(|at| at.strftime("%Y-%m-%d").to_string()),
        }
    }
}

#[derive(Serialize)]
struct GroupRow {
    name: String,
    products: String,
    licensed: u64,
    failed: u64,
}

#[derive(Serialize)]
struct FindingRow<'a> {
    kind: &'static str,
    severity: Severity,
    rank: usize,
    count: Option<u64>,
    is_complete: bool,
    subject: Option<&'a str>,
    why: &'a str,
    repair: Option<&'a str>,
    listed: usize,
}

impl<'a> FindingRow<'a> {
    fn new(finding: &'a Finding) -> Self {
        Self {
            kind: finding.kind.as_str(),
            severity: finding.severity,
            rank: finding.severity as usize,
            count: finding.count,
            is_complete: finding.is_complete,
            subject: finding.subject.as_deref(),
            why: &finding.why,
            repair: finding.repair.as_deref(),
            listed: finding.users.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_a_page_holds_nothing_that_html_knows() {
        let json = json_in_html(&["</script><!--", "a&b", "\u{2028}"]);
        assert!(!json.contains(['<', '>', '&', '\u{2028}']), "{json}");
        let back: Vec<String> = serde_json::from_str(&json).unwrap();
        assert_eq!(back, ["</script><!--", "a&b", "\u{2028}"]);
    }

    #[test]
    fn the_bar_of_a_product_stays_within_its_frame() {
        for (enabled, warning, assigned) in
            [(0, 0, 0), (0, 0, 5), (10, 0, 12), (10, 5, 3), (1, 1, 2)]
        {
            let seats = Seats {
                sku_id: mglicense_rules::Guid(1),
                sku_part_number: String::new(),
                product_name: String::new(),
                applies_to: "User",
                status: None,
                enabled,
                warning,
                suspended: 0,
                locked_out: 0,
                assigned,
                free: enabled + warning - assigned,
                available: (enabled + warning - assigned).max(0),
                over: (assigned - enabled - warning).max(0),
                waiting: None,
                looks_unlimited: false,
                ends_at: None,
                subscription: None,
            };
            let row = ProductRow::new(&seats);
            assert!(
                (0..=100).contains(&row.used) && row.grace >= 0 && row.used + row.grace <= 100,
                "{enabled} {warning} {assigned}: {} {}",
                row.used,
                row.grace
            );
        }
    }

    #[test]
    fn the_script_holds_nothing_that_ends_it() {
        assert!(!SCRIPT.contains("</"));
    }
}

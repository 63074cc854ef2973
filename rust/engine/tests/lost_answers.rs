//! Thousands of writes over a line that loses requests, answers and patience: the end state is exact, and the service
//! never carried out a write twice.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use mglicense_graph::{
    Clock, InProcess, Request, RequestContext, Response, ScaledClock, ServiceRoot, SharedContext,
    Transport, TransportError, TransportErrorKind, layer,
};
use mglicense_tenant::{Caller, CreateOptions, RequestFilter, Source, Tenant};
use serde_json::{Value, json};
use support::runtime;

const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
const FLOW: &str = "f30db892-07e9-47e9-837c-80727f46fd3d";
const USERS: usize = 40;

/// Numbers that look like chance and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// A line that fails one request in twenty, in every way there is: before the service has it, or after it was carried
/// out.
struct Line {
    inner: Arc<dyn Transport>,
    dice: Mutex<Dice>,
    faults: Mutex<BTreeMap<u64, usize>>,
}

fn refusal(status: u16, code: &str, retry_after: Option<&'static str>) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(seconds) = retry_after {
        headers.insert("retry-after", HeaderValue::from_static(seconds));
    }
    Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers,
        body: Bytes::from(
            json!({ "error": { "code": code, "message": "A fault on purpose." } }).to_string(),
        ),
    }
}

fn broken(kind: TransportErrorKind) -> Result<Response, TransportError> {
    Err(TransportError::new(kind, "a fault on purpose"))
}

#[async_trait]
impl Transport for Line {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let fault = {
            let mut dice = self.dice.lock().unwrap();
            (dice.below(20) == 0).then(|| dice.below(12))
        };
        let Some(fault) = fault else {
            return self.inner.send(request).await;
        };
        *self.faults.lock().unwrap().entry(fault).or_default() += 1;
        if fault >= 7 {
            // It is carried out, and the answer is lost.
            self.inner.send(request).await?;
        }
        match fault {
            0 => broken(TransportErrorKind::NotSent),
            1 => Ok(refusal(429, "TooManyRequests", Some("2.5"))),
            2 => Ok(refusal(409, "Directory_ConcurrencyViolation", None)),
            3 | 7 => Ok(refusal(500, "Service_InternalServerError", None)),
            4 | 8 => Ok(refusal(502, "BadGateway", None)),
            5 | 9 => Ok(refusal(503, "ServiceUnavailable", Some("1"))),
            6 | 10 => Ok(refusal(504, "GatewayTimeout", None)),
            _ => broken(TransportErrorKind::Interrupted),
        }
    }
}

/// What the tenant should hold.
#[derive(Default, Debug, PartialEq, Eq)]
struct Model {
    licences: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    locations: BTreeMap<String, String>,
    members: BTreeSet<String>,
    made: BTreeSet<String>,
}

struct World {
    tenant: Tenant,
    direct: Arc<dyn Transport>,
    session: Arc<dyn Transport>,
    line: Arc<Line>,
    group: String,
    users: Vec<String>,
    sent: AtomicUsize,
}

fn user(number: usize) -> String {
    format!("aaaaaaaa-0000-4000-8000-{number:012}")
}

impl World {
    fn new() -> Self {
        let group = "bbbbbbbb-0000-4000-8000-000000000001".to_owned();
        let users: Vec<_> = (1..=USERS).map(user).collect();
        let seed = json!({
            "version": 1, "seed": 1,
            "domains": [{ "id": "contoso.com", "isDefault": true }],
            "subscribedSkus": [
                { "skuPartNumber": "SPE_E5", "prepaidUnits": { "enabled": 1000 } },
                { "skuPartNumber": "FLOW_FREE", "prepaidUnits": { "enabled": 1000 } },
            ],
            "users": users.iter().enumerate().map(|(at, id)| json!({
                "id": id, "userPrincipalName": format!("u{at}@contoso.com"), "displayName": format!("User {at}"),
                "mailNickname": format!("u{at}"), "usageLocation": "GB",
            })).collect::<Vec<_>>(),
            "groups": [{ "id": group, "displayName": "Staff", "mailNickname": "staff", "securityEnabled": true, "mailEnabled": false }],
            "settings": { "durability": "none", "requestLog": "all" },
        });
        let source = Source::text(seed.to_string());
        let tenant = Tenant::create(":memory:", source, CreateOptions::default())
            .unwrap_or_else(|error| panic!("{error}"));
        let router: InProcess<_, axum::body::Body> =
            InProcess::new(tenant.router(Caller::unrestricted()));
        let direct: Arc<dyn Transport> = Arc::new(router);
        let line = Arc::new(Line {
            inner: Arc::clone(&direct),
            dice: Mutex::new(Dice(1)),
            faults: Mutex::default(),
        });
        let clock: Arc<dyn Clock> = Arc::new(ScaledClock::new(100_000.0));
        let context = SharedContext::new(RequestContext {
            max_retry: 10,
            // At this speed one exchange takes minutes of the clock.
            client_timeout: std::time::Duration::from_secs(100_000_000),
            ..RequestContext::default()
        });
        let session = layer::around(
            Arc::clone(&line) as Arc<dyn Transport>,
            &ServiceRoot::local(),
            &clock,
            &context,
            None,
        );
        Self {
            tenant,
            direct,
            session,
            line,
            group,
            users,
            sent: AtomicUsize::new(0),
        }
    }

    async fn send(&self, method: Method, url: String, body: Value) -> StatusCode {
        let mut request = Request::new(method, url);
        let id = self.sent.fetch_add(1, Ordering::Relaxed).to_string();
        request
            .headers
            .insert("client-request-id", id.parse().unwrap());
        if !body.is_null() {
            request = request.with_json(body.to_string());
        }
        let line = format!("{} {}", request.method, request.url);
        let response = self.session.send(request).await;
        response
            .unwrap_or_else(|error| panic!("{line}: {error}"))
            .status
    }

    /// Makes one change by chance, and notes what it must come to.
    async fn change(&self, dice: &mut Dice, model: &mut Model, round: usize) {
        let chosen = &self.users[usize::try_from(dice.below(USERS as u64)).unwrap()];
        let name = chosen.clone();
        let at = |id: &str| format!("v1.0/users/{id}");
        match dice.below(8) {
            0..=2 => {
                let sku = if dice.below(2) == 0 { E5 } else { FLOW };
                let plan = if sku == E5 {
                    "a23b959c-7ce8-4e57-9140-b90eb88a9e97"
                } else {
                    "50e68c76-46c6-4674-81f9-75456511b170"
                };
                let off: BTreeSet<String> = (dice.below(2) == 0)
                    .then(|| plan.to_owned())
                    .into_iter()
                    .collect();
                let body = json!({ "addLicenses": [{ "skuId": sku, "disabledPlans": off }], "removeLicenses": [] });
                let status = self
                    .send(Method::POST, at(&name) + "/assignLicense", body)
                    .await;
                assert_eq!(status, 200);
                model
                    .licences
                    .entry(name)
                    .or_default()
                    .insert(sku.to_owned(), off);
            }
            3 => {
                let Some(sku) = model
                    .licences
                    .get(&name)
                    .and_then(|held| held.keys().next().cloned())
                else {
                    return;
                };
                let body = json!({ "addLicenses": [], "removeLicenses": [sku] });
                let status = self
                    .send(Method::POST, at(&name) + "/assignLicense", body)
                    .await;
                assert_eq!(status, 200);
                model.licences.get_mut(&name).unwrap().remove(&sku);
            }
            4 => {
                let location = ["GB", "DE", "FR", "US"][usize::try_from(dice.below(4)).unwrap()];
                let status = self
                    .send(
                        Method::PATCH,
                        at(&name),
                        json!({ "usageLocation": location }),
                    )
                    .await;
                assert_eq!(status, 204);
                model.locations.insert(name, location.to_owned());
            }
            5 if !model.members.contains(&name) => {
                let body = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{name}") });
                let status = self
                    .send(
                        Method::POST,
                        format!("v1.0/groups/{}/members/$ref", self.group),
                        body,
                    )
                    .await;
                assert_eq!(status, 204);
                model.members.insert(name);
            }
            5 | 6 if model.members.contains(&name) => {
                let status = self
                    .send(
                        Method::DELETE,
                        format!("v1.0/groups/{}/members/{name}/$ref", self.group),
                        Value::Null,
                    )
                    .await;
                assert_eq!(status, 204);
                model.members.remove(&name);
            }
            7 => {
                let new = format!("new{round}@contoso.com");
                let body = json!({
                    "accountEnabled": true, "displayName": "New", "mailNickname": format!("new{round}"),
                    "userPrincipalName": new, "passwordProfile": { "password": "xWwvJ]6NMw+bWH-d" },
                });
                assert_eq!(
                    self.send(Method::POST, "v1.0/users".into(), body).await,
                    201
                );
                model.made.insert(new);
            }
            _ => {}
        }
    }

    async fn get(&self, url: String) -> Value {
        let response = self
            .direct
            .send(Request::new(Method::GET, url))
            .await
            .unwrap();
        serde_json::from_slice(&response.body).unwrap()
    }

    /// What the tenant holds, read without faults.
    async fn held(&self) -> Model {
        let mut held = Model::default();
        for id in &self.users {
            let user = self
                .get(format!(
                    "v1.0/users/{id}?$select=usageLocation,assignedLicenses"
                ))
                .await;
            held.locations.insert(
                id.clone(),
                user["usageLocation"].as_str().unwrap().to_owned(),
            );
            let licences = user["assignedLicenses"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| {
                    let plans = one["disabledPlans"].as_array().unwrap().iter();
                    (
                        one["skuId"].as_str().unwrap().to_owned(),
                        plans
                            .map(|plan| plan.as_str().unwrap().to_owned())
                            .collect(),
                    )
                });
            held.licences.insert(id.clone(), licences.collect());
        }
        let texts = |page: Value, name: &str| -> BTreeSet<String> {
            let items = page["value"].as_array().unwrap().iter();
            items
                .map(|item| item[name].as_str().unwrap().to_owned())
                .collect()
        };
        let members = format!("v1.0/groups/{}/members?$select=id&$top=999", self.group);
        held.members = texts(self.get(members).await, "id");
        let mut next = Some("v1.0/users?$select=userPrincipalName&$top=999".to_owned());
        while let Some(url) = next {
            let page = self.get(url).await;
            next = page["@odata.nextLink"]
                .as_str()
                .map(|link| link.split_once(".com/").unwrap().1.to_owned());
            held.made.extend(texts(page, "userPrincipalName"));
        }
        held.made.retain(|name| name.starts_with("new"));
        held
    }
}

#[test]
fn writes_over_a_line_full_of_faults_end_in_the_exact_state_and_none_is_done_twice() {
    let writes = if std::env::var_os("MGLICENSE_SOAK").is_some() {
        10_000
    } else {
        2_000
    };
    runtime().block_on(async {
        let world = World::new();
        let mut dice = Dice(2);
        let mut model = Model {
            locations: world
                .users
                .iter()
                .map(|id| (id.clone(), "GB".to_owned()))
                .collect(),
            ..Model::default()
        };
        for id in &world.users {
            model.licences.entry(id.clone()).or_default();
        }
        for round in 0..writes {
            world.change(&mut dice, &mut model, round).await;
        }
        assert_eq!(world.held().await, model);

        let faults = world.line.faults.lock().unwrap();
        assert_eq!(faults.len(), 12, "every kind of fault came up: {faults:?}");

        // How often the service carried out each write, by the id that all its sendings share.
        let log = world.tenant.requests(RequestFilter::default()).unwrap();
        let mut carried_out = BTreeMap::<&str, usize>::new();
        for entry in &log {
            let id = entry
                .headers
                .iter()
                .find(|(name, _)| name == "client-request-id");
            let idempotent =
                entry.method == "PATCH" || entry.body.ends_with(r#""removeLicenses":[]}"#);
            if let Some((_, id)) = id
                && (200..300).contains(&entry.status)
                && !idempotent
            {
                *carried_out.entry(id).or_default() += 1;
            }
        }
        assert!(carried_out.len() > writes / 4, "{}", carried_out.len());
        let twice: Vec<_> = carried_out
            .iter()
            .filter(|&(_, &times)| times != 1)
            .collect();
        assert!(twice.is_empty(), "{twice:?}");
    });
}

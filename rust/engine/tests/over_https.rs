//! The whole way: a session's layers over TLS to a served tenant, with faults of every kind on the line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Method, StatusCode};
use mglicense_graph::https::{self, ClientOptions};
use mglicense_graph::sign_in::{FixedToken, Secret};
use mglicense_graph::{
    Clock, Endpoint, InProcess, Request, RequestContext, Response, ScaledClock, ServiceRoot,
    SharedContext, Transport, layer,
};
use mglicense_tenant::serve::{ServeOptions, Server};
use mglicense_tenant::{Caller, OpenOptions, RequestFilter, Source, Tenant};
use serde_json::{Value, json};

const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
const USERS: usize = 20;
/// Writes of each user.
const ROUNDS: usize = 15;
/// The same in a long run: 10,000 writes in all.
const MANY_ROUNDS: usize = 500;

/// How much faster than the machine's the clock of client and tenant runs.
const SPEED: f64 = 20.0;

struct Served {
    server: Server,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

fn user(number: usize) -> String {
    format!("aaaaaaaa-0000-4000-8000-{number:012}")
}

fn serve(settings: Value) -> Served {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("contoso.mgtenant");
    let seed = json!({
        "version": 1, "seed": 1,
        "domains": [{ "id": "contoso.com", "isDefault": true }],
        "subscribedSkus": [{ "skuPartNumber": "SPE_E5", "prepaidUnits": { "enabled": 1000 } }],
        "users": (0..USERS).map(|at| json!({
            "id": user(at), "userPrincipalName": format!("u{at}@contoso.com"), "displayName": format!("User {at}"),
            "mailNickname": format!("u{at}"), "usageLocation": "GB",
        })).collect::<Vec<_>>(),
        "settings": { "durability": "none", "requestLog": "all" },
    });
    drop(Tenant::create(&file, Source::text(seed.to_string()), false).unwrap());
    let options = ServeOptions {
        tls: true,
        settings: Some(settings),
        ..ServeOptions::default()
    };
    let server = Server::start(&file, options, &tokio::runtime::Handle::current()).unwrap();
    Served {
        server,
        file,
        _folder: folder,
    }
}

impl Served {
    fn endpoint(&self) -> Endpoint {
        Endpoint::parse(&self.server.info().uri).unwrap()
    }

    fn transport(&self) -> Arc<dyn Transport> {
        let options = ClientOptions {
            trust: self.server.info().certificate_path.clone(),
            ..ClientOptions::default()
        };
        https::transport(self.endpoint(), options)
    }

    async fn token(&self) -> Secret {
        let info = self.server.info();
        let mut request = Request::new(
            Method::POST,
            format!("{}/oauth2/v2.0/token", info.tenant_id),
        );
        request.headers.insert(
            "content-type",
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        request.body = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default",
            info.client_id,
            self.server.secret()
        )
        .into();
        let response = self.transport().send(request).await.unwrap();
        let answer: Value = serde_json::from_slice(&response.body).unwrap();
        Secret::new(answer["access_token"].as_str().unwrap().to_owned())
    }

    async fn session(&self) -> Arc<dyn Transport> {
        let endpoint = self.endpoint();
        let clock: Arc<dyn Clock> = Arc::new(ScaledClock::new(SPEED));
        let tokens = FixedToken::new(self.token().await, Arc::clone(&clock)).unwrap();
        layer::around(
            self.transport(),
            &ServiceRoot::new(endpoint.authority(), endpoint.is_secure()),
            &clock,
            &SharedContext::new(RequestContext {
                max_retry: 10,
                client_timeout: Duration::from_secs(30),
                ..RequestContext::default()
            }),
            Some(Arc::new(tokens)),
        )
    }
}

async fn send(
    session: &dyn Transport,
    id: usize,
    method: Method,
    url: String,
    body: Value,
) -> Response {
    let mut request = Request::new(method, url);
    request
        .headers
        .insert("client-request-id", id.to_string().parse().unwrap());
    if !body.is_null() {
        request = request.with_json(body.to_string());
    }
    let line = format!("{} {}", request.method, request.url);
    session
        .send(request)
        .await
        .unwrap_or_else(|error| panic!("{line}: {error}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_over_tls_with_faults_of_every_kind_end_in_the_exact_state() {
    // A long run meets five faults in a hundred requests; a short one more, so that it meets some of most kinds.
    let is_long = std::env::var_os("MGLICENSE_SOAK").is_some();
    let (rounds, rate) = if is_long {
        (MANY_ROUNDS, 0.05 / 9.0)
    } else {
        (ROUNDS, 0.01)
    };
    let rule = |seed: u64, mut fault: Value| {
        fault["rate"] = json!(rate);
        fault["seed"] = json!(seed);
        fault
    };
    // One token does for the whole run: it was given by hand, and its time goes as fast as the clock.
    let served = serve(
        json!({ "signIn": { "tokenSeconds": 10_000_000 }, "faults": [
        rule(1, json!({ "status": 429, "headers": { "Retry-After": "1.5" } })),
        rule(2, json!({ "status": 500 })),
        rule(3, json!({ "status": 502, "afterWrite": true })),
        rule(4, json!({ "status": 503 })),
        rule(5, json!({ "status": 504, "afterWrite": true })),
        rule(6, json!({ "reset": true })),
        rule(7, json!({ "reset": true, "afterWrite": true })),
        rule(8, json!({ "halfAnswer": true })),
        rule(9, json!({ "noAnswer": true })),
    ] }),
    );
    let session = served.session().await;
    let mut created = 0;
    let mut held = BTreeSet::new();
    let mut departments = BTreeMap::new();
    for id in 0..rounds * USERS {
        let number = id % USERS;
        let address = format!("v1.0/users/{}", user(number));
        let (method, url, body, expected) = match (id / USERS + number) % 4 {
            0 | 2 => {
                let product = |wanted: bool| {
                    if wanted {
                        json!([{ "skuId": E5 }])
                    } else {
                        json!([])
                    }
                };
                let gives = held.insert(number);
                if !gives {
                    held.remove(&number);
                }
                let remove = if gives { json!([]) } else { json!([E5]) };
                let body = json!({ "addLicenses": product(gives), "removeLicenses": remove });
                (
                    Method::POST,
                    format!("{address}/assignLicense"),
                    body,
                    StatusCode::OK,
                )
            }
            1 => {
                departments.insert(number, format!("Department {id}"));
                let body = json!({ "department": departments[&number] });
                (Method::PATCH, address, body, StatusCode::NO_CONTENT)
            }
            _ => {
                created += 1;
                let body = json!({
                    "accountEnabled": true, "displayName": "New", "mailNickname": format!("new{id}"),
                    "userPrincipalName": format!("new{id}@contoso.com"), "passwordProfile": { "password": "xWwvJ]6NMw+bWH-d" },
                });
                (
                    Method::POST,
                    "v1.0/users".to_owned(),
                    body,
                    StatusCode::CREATED,
                )
            }
        };
        let response = send(&*session, id, method, url, body).await;
        assert_eq!(response.status, expected, "{:?}", response.body);
    }

    // What is there, read beside the server and without its faults.
    let tenant = Tenant::open(&served.file, OpenOptions::default()).unwrap();
    let log = tenant.requests(RequestFilter::default()).unwrap();
    let mut kinds = BTreeMap::<&str, usize>::new();
    for fault in log.iter().filter_map(|entry| entry.fault.as_deref()) {
        *kinds.entry(fault).or_default() += 1;
    }
    // Both kinds of reset go by one name.
    assert!(kinds.len() >= if is_long { 8 } else { 4 }, "{kinds:?}");
    let mut carried_out = BTreeMap::<&str, usize>::new();
    for entry in &log {
        let id = entry
            .headers
            .iter()
            .find(|(name, _)| name == "client-request-id");
        if let Some((_, id)) = id
            && entry.write
            && (200..300).contains(&entry.status)
            && entry.method == "POST"
            && !entry.body.ends_with(r#""removeLicenses":[]}"#)
        {
            *carried_out.entry(id).or_default() += 1;
        }
    }
    let twice: Vec<_> = carried_out
        .iter()
        .filter(|&(_, &times)| times > 1)
        .collect();
    assert!(twice.is_empty(), "{twice:?}");
    println!(
        "{} writes, {} requests, faults {kinds:?}, {} writes that are not idempotent carried out once each",
        rounds * USERS,
        log.len(),
        carried_out.len()
    );
    let info = tenant.info().unwrap();
    assert_eq!(usize::try_from(info.users).unwrap(), USERS + created);
    tenant.set_settings(&json!({ "faults": [] })).unwrap();
    let direct: InProcess<_, axum::body::Body> =
        InProcess::new(tenant.router(Caller::unrestricted()));
    for number in 0..USERS {
        let url = format!(
            "v1.0/users/{}?$select=assignedLicenses,department",
            user(number)
        );
        let response = direct.send(Request::new(Method::GET, url)).await.unwrap();
        let found: Value = serde_json::from_slice(&response.body).unwrap();
        let count = found["assignedLicenses"].as_array().unwrap().len();
        assert_eq!(count, usize::from(held.contains(&number)), "{found}");
        let department = departments.get(&number).map(String::as_str);
        assert_eq!(found["department"].as_str(), department, "{found}");
    }
}

//! The listener: where it listens, what it speaks, how it stops.

use http::Version;
use mglicense_tenant::serve::{ServeErrorKind, ServeOptions, Server};
use serde_json::{Value, json};

use crate::support::{ADA, VISIO, serve, serve_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_served_tenant_answers_over_tls_and_http_2() {
    let served = serve_with(|options| options.tls = true);
    let token = served.token().await;
    let answer = served
        .client()
        .get(served.url("/v1.0/users?$top=1"))
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.version(), Version::HTTP_2);
    let page: Value = answer.json().await.unwrap();
    let next = page["@odata.nextLink"].as_str().unwrap();
    assert!(next.starts_with(&served.url("/v1.0/users?")), "{next}");
    assert!(
        page["@odata.context"]
            .as_str()
            .unwrap()
            .starts_with(&served.url("/v1.0/$metadata"))
    );
    // The link goes on at the same server.
    let answer = served.client().get(next).bearer_auth(&token).send();
    let page: Value = answer.await.unwrap().json().await.unwrap();
    assert_eq!(page["value"][0]["displayName"], "Bob");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_served_tenant_answers_over_http_1_1() {
    let served = serve(json!({}));
    let token = served.token().await;
    let answer = served
        .client()
        .get(served.url("/v1.0/users"))
        .bearer_auth(token);
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.version(), Version::HTTP_11);
    assert_eq!(answer.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_lead_back_by_the_name_the_caller_used() {
    let served = serve(json!({}));
    let token = served.token().await;
    let origin = format!("http://localhost:{}", served.server.info().port);
    let request = |host: &str| {
        let request = served.client().get(served.url("/v1.0/users?$top=1"));
        request.bearer_auth(&token).header("host", host).send()
    };
    let named = format!("localhost:{}", served.server.info().port);
    let page: Value = request(&named).await.unwrap().json().await.unwrap();
    assert!(
        page["@odata.nextLink"]
            .as_str()
            .unwrap()
            .starts_with(&origin)
    );
    // A name that is not the listener's own is not given back.
    let page: Value = request("evil.example").await.unwrap().json().await.unwrap();
    let own = served.url("/");
    assert!(page["@odata.nextLink"].as_str().unwrap().starts_with(&own));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_holds_what_was_sent_and_how_it_was_answered() {
    let served = serve(json!({}));
    let token = served.token().await;
    let body = format!("{{ \"addLicenses\": [{{\"skuId\":\"{VISIO}\"}}],\n\"removeLicenses\":[]}}");
    for (user, wanted) in [(ADA, 200), ("nobody@contoso.com", 404)] {
        let answer = served
            .client()
            .post(served.url(&format!("/v1.0/users/{user}/assignLicense")))
            .bearer_auth(&token)
            .header("content-type", "application/json")
            .body(body.clone())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), wanted);
    }
    let log = served.beside().requests(Default::default()).unwrap();
    let statuses: Vec<u16> = log.iter().map(|request| request.status).collect();
    assert_eq!(statuses, [200, 404]);
    assert_eq!(log[0].body, body);
    for request in &log {
        let text = format!("{request:?}");
        assert!(!text.contains(&token), "{text}");
        assert!(
            !text.to_ascii_lowercase().contains("authorization"),
            "{text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_of_a_run_are_not_written_to_the_file() {
    let served = serve(json!({"page": {"defaultSize": 1}}));
    let token = served.token().await;
    let users = || async {
        let request = served.client().get(served.url("/v1.0/users"));
        let answer = request.bearer_auth(&token).send().await.unwrap();
        let page: Value = answer.json().await.unwrap();
        page["value"].as_array().unwrap().len()
    };
    assert_eq!(users().await, 1);
    let beside = served.beside();
    assert_eq!(beside.info().unwrap().settings["page"]["defaultSize"], 100);
    // A change of the file counts at once, and does not touch what holds for the run.
    beside
        .set_settings(&json!({"query": {"unknownOption": "ignore"}}))
        .unwrap();
    assert_eq!(users().await, 1);
    let odd = served.client().get(served.url("/v1.0/users?$frob=1"));
    assert_eq!(odd.bearer_auth(&token).send().await.unwrap().status(), 200);
    assert_eq!(beside.info().unwrap().settings["page"]["defaultSize"], 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_others_could_reach_is_refused() {
    for address in ["0.0.0.0", "::", "192.0.2.1", "10.0.0.1"] {
        let options = ServeOptions {
            address: address.parse().unwrap(),
            ..ServeOptions::default()
        };
        let error = Server::start("x", options, &tokio::runtime::Handle::current()).unwrap_err();
        assert_eq!(error.kind(), ServeErrorKind::NotLoopback, "{error}");
        assert!(error.to_string().contains(address), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_in_use_and_a_missing_file_are_named() {
    let served = serve(json!({}));
    let options = ServeOptions {
        port: served.server.info().port,
        ..ServeOptions::default()
    };
    let handle = tokio::runtime::Handle::current();
    let error = Server::start(&served.file, options, &handle).unwrap_err();
    assert_eq!(error.kind(), ServeErrorKind::Listen);
    assert!(
        error
            .to_string()
            .contains(&served.server.info().port.to_string()),
        "{error}"
    );
    let error = Server::start("no/such.mgtenant", ServeOptions::default(), &handle).unwrap_err();
    assert!(
        error.tenant().is_some() && error.to_string().contains("such.mgtenant"),
        "{error}"
    );
    let options = ServeOptions {
        settings: Some(json!({"latencyMillisecond": 5})),
        ..ServeOptions::default()
    };
    let error = Server::start(&served.file, options, &handle).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("did you mean 'latencyMilliseconds'"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stopped_is_gone_with_its_certificate() {
    let served = serve_with(|options| options.tls = true);
    let certificate = served.server.info().certificate_path.clone().unwrap();
    assert!(certificate.exists());
    let client = served.client();
    let url = served.url("/v1.0/users");
    assert_eq!(client.get(&url).send().await.unwrap().status(), 401);
    served.server.stop().await;
    assert!(client.get(&url).send().await.is_err());
    let (server, file) = (served.server, served.file);
    drop(server);
    assert!(!certificate.exists());
    assert!(file.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_prints_the_secret() {
    let served = serve(json!({}));
    let text = format!("{:?} {:?}", served.server, served.server.info());
    assert!(!text.contains(served.server.secret()), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_are_kept_for_the_application_of_the_token() {
    let served =
        serve(json!({"quota": {"enabled": true, "writes": 2, "writeWindowSeconds": 1000}}));
    let token = served.token().await;
    let write = async || {
        let request = served
            .client()
            .patch(served.url(&format!("/v1.0/users/{ADA}")));
        let request = request.bearer_auth(&token).json(&json!({"city": "Leeds"}));
        request.send().await.unwrap()
    };
    assert_eq!(write().await.status(), 204);
    assert_eq!(write().await.status(), 204);
    let answer = write().await;
    assert_eq!(answer.status(), 429);
    let info = served.server.info();
    let scope = format!(
        "Tenant_Application/Write/{}/{}",
        info.client_id, info.tenant_id
    );
    assert_eq!(answer.headers()["x-ms-throttle-scope"], scope);
    let wait: u64 = answer.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((490..=500).contains(&wait), "{wait}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_and_latency_go_by_a_clock_that_may_run_faster() {
    let served = serve_with(|options| {
        options.speed = 1000.0;
        options.settings = Some(json!({
            "quota": {"enabled": true, "writes": 1, "writeWindowSeconds": 100, "refusedCount": false}
        }));
    });
    let token = served.token().await;
    let write = async || {
        let request = served
            .client()
            .patch(served.url(&format!("/v1.0/users/{ADA}")));
        let request = request.bearer_auth(&token).json(&json!({"city": "Leeds"}));
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(write().await, 204);
    // A hundred seconds of the tenant's are a tenth of one of the machine's.
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    assert_eq!(write().await, 204);
}

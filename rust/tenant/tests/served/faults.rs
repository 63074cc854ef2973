//! Faults on purpose, as a client on the other side of a connection meets them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{ADA, Served, serve, serve_with};

/// Sets Ada's city, and gives the status, or the error of the connection.
async fn set_city(served: &Served, token: &str, city: &str) -> Result<u16, reqwest::Error> {
    let request = served
        .client()
        .patch(served.url(&format!("/v1.0/users/{ADA}")));
    let request = request.bearer_auth(token).json(&json!({"city": city}));
    let answer = request.timeout(Duration::from_secs(5)).send().await?;
    Ok(answer.status().as_u16())
}

/// Ada's city as the file has it.
fn city(served: &Served) -> Value {
    let tenant = served.beside();
    tenant.set_settings(&json!({"faults": []})).unwrap();
    let router = tenant.router(mglicense_tenant::Caller::unrestricted());
    let request = http::Request::get(format!("/v1.0/users/{ADA}?$select=city"));
    let request = request.body(axum::body::Body::empty()).unwrap();
    let body = tokio::task::block_in_place(|| {
        tokio::runtime::Handle::current().block_on(async {
            let answer = tower::ServiceExt::oneshot(router, request).await.unwrap();
            axum::body::to_bytes(answer.into_body(), 1 << 20)
                .await
                .unwrap()
        })
    });
    serde_json::from_slice::<Value>(&body).unwrap()["city"].clone()
}

/// Status and fault of each write in the log.
fn outcomes(served: &Served) -> Vec<(u16, Option<String>)> {
    let filter = mglicense_tenant::RequestFilter {
        write_only: true,
        ..Default::default()
    };
    let requests = served.beside().requests(filter).unwrap();
    requests
        .into_iter()
        .map(|request| (request.status, request.fault))
        .collect()
}

fn is_reset(error: &reqwest::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<std::io::Error>()
            && error.kind() == std::io::ErrorKind::ConnectionReset
        {
            return true;
        }
        cause = error.source();
    }
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_reset_before_the_write_or_after_it() {
    for after in [false, true] {
        let served = serve(json!({"faults": [
            {"on": {"method": "PATCH"}, "calls": [1], "reset": true, "afterWrite": after}
        ]}));
        let token = served.token().await;
        let error = set_city(&served, &token, "Leeds").await.unwrap_err();
        assert!(is_reset(&error), "{error:?}");
        assert_eq!(
            city(&served),
            if after { json!("Leeds") } else { Value::Null }
        );
        assert_eq!(set_city(&served, &token, "York").await.unwrap(), 204);
        let first = if after { 204 } else { 0 };
        assert_eq!(
            outcomes(&served),
            [(first, Some("reset".to_owned())), (204, None)]
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_http_2_one_request_is_reset_and_the_others_go_on() {
    let served = serve_with(|options| {
        options.tls = true;
        options.settings = Some(json!({"latencyMilliseconds": 100, "faults": [
            {"on": {"method": "PATCH"}, "reset": true}
        ]}));
    });
    let token = served.token().await;
    let client = served.client();
    let read = async |path: String| {
        let answer = client
            .get(served.url(&path))
            .bearer_auth(&token)
            .send()
            .await?;
        Ok::<u16, reqwest::Error>(answer.status().as_u16())
    };
    // Opens the connection.
    assert_eq!(read("/v1.0/users".to_owned()).await.unwrap(), 200);
    let write = client
        .patch(served.url(&format!("/v1.0/users/{ADA}")))
        .bearer_auth(&token)
        .json(&json!({"city": "Leeds"}))
        .send();
    let (written, one, two) = tokio::join!(
        write,
        read("/v1.0/users".to_owned()),
        read("/v1.0/groups".to_owned())
    );
    assert!(written.is_err());
    assert_eq!((one.unwrap(), two.unwrap()), (200, 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_never_comes_before_the_write_or_after_it() {
    for after in [false, true] {
        let served = serve(json!({"faults": [
            {"on": {"method": "PATCH"}, "noAnswer": true, "afterWrite": after}
        ]}));
        let token = served.token().await;
        let request = served
            .client()
            .patch(served.url(&format!("/v1.0/users/{ADA}")));
        let request = request.bearer_auth(&token).json(&json!({"city": "Leeds"}));
        let error = request
            .timeout(Duration::from_millis(300))
            .send()
            .await
            .unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        let status = if after { 204 } else { 0 };
        assert_eq!(outcomes(&served), [(status, Some("noAnswer".to_owned()))]);
        assert_eq!(
            city(&served),
            if after { json!("Leeds") } else { Value::Null }
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_breaks_off_in_its_middle() {
    for tls in [false, true] {
        let served = serve_with(|options| {
            options.tls = tls;
            options.settings = Some(
                json!({"faults": [{"on": {"path": "/users"}, "calls": [1], "halfAnswer": true}]}),
            );
        });
        let token = served.token().await;
        let client = served.client();
        let read = || {
            client
                .get(served.url("/v1.0/users"))
                .bearer_auth(&token)
                .send()
        };
        let mut answer = read().await.unwrap();
        assert_eq!(answer.status(), 200);
        let whole = answer.content_length();
        let mut got = 0;
        let error = loop {
            match answer.chunk().await {
                Ok(Some(chunk)) => got += chunk.len() as u64,
                Ok(None) => panic!("the answer ended in good order"),
                Err(error) => break error,
            }
        };
        assert!(!error.is_timeout(), "{error:?}");
        assert_eq!(Some(got), whole.map(|whole| whole / 2), "tls {tls}");
        let page: Value = read().await.unwrap().json().await.unwrap();
        assert_eq!(page["value"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_slow_by_the_tenants_clock() {
    let served = serve_with(|options| {
        options.speed = 10.0;
        options.settings =
            Some(json!({"faults": [{"on": {"path": "/users"}, "delayMilliseconds": 4000}]}));
    });
    let token = served.token().await;
    let begun = Instant::now();
    let read = served
        .client()
        .get(served.url("/v1.0/users"))
        .bearer_auth(&token)
        .send();
    assert_eq!(read.await.unwrap().status(), 200);
    assert!(
        begun.elapsed() >= Duration::from_millis(400),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_status_of_a_gateway_can_be_had() {
    let statuses = [429, 500, 502, 503, 504];
    let faults: Vec<Value> = (1..)
        .zip(statuses)
        .map(|(call, status)| json!({"on": {"path": "/users"}, "calls": [call], "status": status}))
        .collect();
    let served = serve(json!({"faults": faults}));
    let token = served.token().await;
    for status in statuses {
        let read = served
            .client()
            .get(served.url("/v1.0/users"))
            .bearer_auth(&token)
            .send();
        let answer = read.await.unwrap();
        assert_eq!(answer.status(), status);
        let body: Value = answer.json().await.unwrap();
        assert!(body["error"]["code"].is_string(), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn something_else_may_answer_in_the_tenants_place() {
    let page = "<html><body>Sign in to the hotel's network</body></html>";
    let served = serve(json!({"faults": [
        {"on": {"path": "/users"}, "body": page, "headers": {"Content-Type": "text/html", "Date": "Wed, 25 Nov 2026 01:00:00 GMT"}}
    ]}));
    let token = served.token().await;
    let read = served
        .client()
        .get(served.url("/v1.0/users"))
        .bearer_auth(&token)
        .send();
    let answer = read.await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/html");
    assert_eq!(answer.headers()["date"], "Wed, 25 Nov 2026 01:00:00 GMT");
    assert_eq!(answer.text().await.unwrap(), page);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_token_expires() {
    let served = serve(
        json!({"faults": [{"on": {"path": "/users"}, "expiredPageToken": true, "calls": [1]}]}),
    );
    let token = served.token().await;
    let read = async |url: &str| {
        let answer = served
            .client()
            .get(url)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.unwrap(),
        )
    };
    let (status, page) = read(&served.url("/v1.0/users?$top=1")).await;
    assert_eq!(status, 200);
    let next = page["@odata.nextLink"].as_str().unwrap();
    let (status, body) = read(next).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (400, &json!("Directory_ExpiredPageToken"))
    );
    assert_eq!(read(next).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_fails_under_a_whole_batch_and_statuses_hit_its_steps() {
    let batch = json!({"requests": [
        {"id": "1", "method": "PATCH", "url": format!("/users/{ADA}"), "body": {"city": "Leeds"},
         "headers": {"Content-Type": "application/json"}},
        {"id": "2", "method": "GET", "url": "/users"}
    ]});
    let send = async |served: &Served, token: &str| {
        let request = served
            .client()
            .post(served.url("/v1.0/$batch"))
            .bearer_auth(token);
        let answer = request.json(&batch).send().await?;
        Ok::<(u16, Value), reqwest::Error>((answer.status().as_u16(), answer.json().await?))
    };
    // A step that matches is enough; nothing of the batch is carried out.
    let served =
        serve(json!({"faults": [{"on": {"path": "/users/*"}, "calls": [1], "reset": true}]}));
    let token = served.token().await;
    assert!(send(&served, &token).await.is_err());
    assert_eq!(outcomes(&served), []);
    assert_eq!(send(&served, &token).await.unwrap().0, 200);
    // All of it is carried out, and nobody learns of it.
    let served =
        serve(json!({"faults": [{"on": {"path": "/$batch"}, "reset": true, "afterWrite": true}]}));
    let token = served.token().await;
    assert!(send(&served, &token).await.is_err());
    assert_eq!(outcomes(&served), [(204, None)]);
    // A status hits steps, unless the batch itself is named.
    let served = serve(json!({"faults": [{"status": 503, "on": {"method": "PATCH"}}]}));
    let token = served.token().await;
    let (status, answer) = send(&served, &token).await.unwrap();
    assert_eq!(status, 200);
    let statuses: Vec<&Value> = answer["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["status"])
        .collect();
    assert_eq!(statuses, [503, 200]);
    let served = serve(json!({"faults": [{"status": 503, "on": {"path": "/$batch"}}]}));
    let token = served.token().await;
    assert_eq!(send(&served, &token).await.unwrap().0, 503);
    assert_eq!(outcomes(&served), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_faults_of_every_kind_leave_a_log_that_tells_what_happened() {
    let kinds = json!({"faults": [
        {"on": {"method": "PATCH"}, "rate": 0.1, "seed": 1, "status": 429, "headers": {"Retry-After": "1"}},
        {"on": {"method": "PATCH"}, "rate": 0.1, "seed": 2, "status": 503},
        {"on": {"method": "PATCH"}, "rate": 0.1, "seed": 3, "status": 504, "afterWrite": true},
        {"on": {"method": "PATCH"}, "rate": 0.1, "seed": 4, "reset": true},
        {"on": {"method": "PATCH"}, "rate": 0.1, "seed": 5, "reset": true, "afterWrite": true}
    ]});
    let run = async || {
        let served = serve(kinds.clone());
        let token = served.token().await;
        let mut seen = Vec::new();
        for number in 0..120 {
            seen.push(set_city(&served, &token, &number.to_string()).await.ok());
        }
        (seen, outcomes(&served))
    };
    let (seen, log) = run().await;
    assert_eq!(seen.len(), log.len());
    for (seen, (status, fault)) in seen.iter().zip(&log) {
        match fault.as_deref() {
            None => assert_eq!((*seen, *status), (Some(204), 204)),
            Some("reset") => assert!(seen.is_none() && [0, 204].contains(status)),
            Some("504") => assert_eq!((*seen, *status), (Some(504), 204)),
            Some(other) => assert_eq!(seen.map(|seen| seen.to_string()).as_deref(), Some(other)),
        }
    }
    for wanted in [
        (429, "429"),
        (503, "503"),
        (204, "504"),
        (0, "reset"),
        (204, "reset"),
    ] {
        let is_there = log
            .iter()
            .any(|(status, fault)| (*status, fault.as_deref()) == (wanted.0, Some(wanted.1)));
        assert!(is_there, "{wanted:?}");
    }
    // The same script, the same faults.
    assert_eq!(run().await.1, log);
}

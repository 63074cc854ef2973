//! The transport over real sockets, against servers that answer well and badly.

mod server;

use std::time::Duration;

use http::{Method, StatusCode};
use mglicense_graph::https::{self, ClientOptions, LARGEST_ANSWER};
use mglicense_graph::{
    Endpoint, Request, RequestContext, Response, TransportError, TransportErrorKind,
};
use server::{Reply, Server, json};

fn get() -> Request {
    Request::new(Method::GET, "v1.0/users?$top=5")
}

fn post() -> Request {
    Request::new(Method::POST, "v1.0/users/u/sendMail").with_json(r#"{"a":1}"#)
}

async fn bare(answer: Reply) -> Result<Response, TransportError> {
    let once = std::sync::Mutex::new(Some(answer));
    let server = Server::start(move |_, _| once.lock().unwrap().take().unwrap()).await;
    server.transport().send(get()).await
}

#[tokio::test]
async fn a_request_crosses_as_it_is_and_the_answer_comes_back_whole() {
    let server = Server::start(|_, _| json("201 Created", r#"{"id":"u"}"#)).await;
    let mut request = Request::new(Method::POST, "v1.0/users/o%27neil%40x?$select=id")
        .with_json(r#"{"displayName":"é"}"#);
    request
        .headers
        .insert("consistencylevel", "eventual".parse().unwrap());
    let response = server.transport().send(request).await.unwrap();
    assert_eq!(response.status, StatusCode::CREATED);
    assert_eq!(&response.body[..], br#"{"id":"u"}"#);
    let seen = server.seen().remove(0);
    let lower = seen.to_ascii_lowercase();
    assert!(
        seen.starts_with("POST /v1.0/users/o%27neil%40x?$select=id HTTP/1.1\r\n"),
        "{seen}"
    );
    assert!(seen.ends_with("\r\n\r\n{\"displayName\":\"é\"}"), "{seen}");
    assert!(lower.contains("consistencylevel: eventual"), "{seen}");
    assert!(lower.contains("content-type: application/json"), "{seen}");
    assert!(lower.contains("accept-encoding: gzip"), "{seen}");
    assert!(lower.contains("user-agent: mglicense/"), "{seen}");
}

#[tokio::test]
async fn one_connection_serves_many_requests_and_four_are_the_most() {
    let server = Server::start(|_, _| json("200 OK", "{}")).await;
    let transport = server.transport();
    for _ in 0..20 {
        transport.send(get()).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
    let many = (0..40).map(|_| transport.send(get()));
    for answered in futures_util::future::join_all(many).await {
        assert_eq!(answered.unwrap().status, StatusCode::OK);
    }
    assert!(server.connections() <= 4, "{}", server.connections());
    assert_eq!(server.seen().len(), 60);
}

#[tokio::test]
async fn a_compressed_answer_is_opened() {
    // printf '{"id":"u"}' | gzip -n | xxd -i
    let gzip: [u8; 30] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xab, 0x56, 0xca, 0x4c, 0x51,
        0xb2, 0x52, 0x2a, 0x55, 0xaa, 0x05, 0x00, 0xef, 0xed, 0x8b, 0x81, 0x0a, 0x00, 0x00, 0x00,
    ];
    let mut bytes = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        gzip.len()
    )
    .into_bytes();
    bytes.extend_from_slice(&gzip);
    let response = bare(Reply::Bytes(bytes)).await.unwrap();
    assert_eq!(&response.body[..], br#"{"id":"u"}"#);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_told_from_a_whole_one() {
    for cut in [
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"value\":[",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"val\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-encoding: gzip\r\n\r\nhello",
    ] {
        let error = bare(Reply::Last(cut.into())).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{cut}");
        assert_eq!(error.code(), Some("AnswerBroken"), "{error}");
    }
    for cut in ["", "HTTP/1.1 200 OK\r\ncont", "not HTTP at all\r\n\r\n"] {
        let error = bare(Reply::Last(cut.into())).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{cut}");
        assert_eq!(error.code(), Some("ConnectionLost"), "{error}");
        assert!(!error.to_string().contains("users"), "{error}");
    }
}

#[tokio::test]
async fn an_answer_beyond_all_measure_is_given_up_before_it_fills_memory() {
    // 100 MB announced and sent.
    let server = Server::start(|_, _| {
        let mut bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n".to_vec();
        bytes.resize(bytes.len() + 104_857_600, b' ');
        Reply::Last(bytes)
    })
    .await;
    let error = server
        .session(RequestContext::default(), 1.0)
        .send(get())
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("AnswerTooLarge"), "{error}");
    assert!(
        error
            .to_string()
            .contains(&format!("{} MB", LARGEST_ANSWER / 1_048_576)),
        "{error}"
    );
    assert_eq!(server.seen().len(), 1, "it would be as large again");
}

#[tokio::test]
async fn a_redirection_is_an_answer_and_is_not_followed() {
    let server = Server::start(|_, _| {
        Reply::Bytes(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/login\r\ncontent-length: 0\r\n\r\n".to_vec())
    })
    .await;
    let response = server.transport().send(get()).await.unwrap();
    assert_eq!(response.status, StatusCode::FOUND);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_host_that_is_not_there_is_named_and_not_waited_for() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let closed = Endpoint::parse(&format!("http://{address}")).unwrap();
    let error = https::transport(closed, ClientOptions::default())
        .send(post())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::NotSent);
    assert_eq!(error.code(), Some("NotReached"), "{error}");
    assert!(error.to_string().contains(&address.to_string()), "{error}");
    // The name is reserved for being nobody's.
    let nobody = Endpoint::parse("https://graph.invalid").unwrap();
    let error = https::transport(nobody, ClientOptions::default())
        .send(post())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::NotSent);
    assert!(error.to_string().contains("graph.invalid"), "{error}");
    assert!(error.advice().unwrap().contains("network"), "{error:?}");
}

#[tokio::test]
async fn what_does_not_speak_tls_is_told_so() {
    // It answers a greeting that it doesn't understand as servers do, with a page.
    let eager = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = eager.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = eager.accept().await {
            let page = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\n\r\n<html></html>";
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, page).await;
        }
    });
    let html = Endpoint::parse(&format!("https://{address}")).unwrap();
    let error = https::transport(html, ClientOptions::default())
        .send(post())
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("NotTls"), "{error}");
    assert_eq!(error.kind(), TransportErrorKind::NotSent);
}

#[tokio::test]
async fn a_proxy_that_answers_with_a_page_is_named_as_the_cause() {
    let page = |status: &'static str| {
        move |_: &str, _: usize| {
            let body = "<html><title>Sign in to the network</title></html>";
            Reply::Last(
                format!(
                    "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                )
                .into_bytes(),
            )
        }
    };
    let graph = || Endpoint::parse("https://graph.microsoft.com").unwrap();
    for status in [
        "403 Forbidden",
        "407 Proxy Authentication Required",
        "502 Bad Gateway",
    ] {
        let proxy = Server::start(page(status)).await;
        let error = https::transport(graph(), proxy.as_proxy())
            .send(post())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::NotSent, "{error}");
        assert_eq!(error.code(), Some("ProxyRefused"), "{error}");
        let asked = proxy.seen().remove(0);
        assert!(
            asked.starts_with("CONNECT graph.microsoft.com:443 "),
            "{asked}"
        );
        assert!(
            !asked.to_ascii_lowercase().contains("authorization"),
            "{asked}"
        );
    }
    // One that says yes and then sends a page instead of the other side's greeting.
    let proxy = Server::start(|_, _| {
        Reply::Last(b"HTTP/1.1 200 OK\r\n\r\n<html>Sign in to the network</html>".to_vec())
    })
    .await;
    let error = https::transport(graph(), proxy.as_proxy())
        .send(post())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::NotSent, "{error}");
    assert_eq!(error.code(), Some("ProxyRefused"), "{error}");
}

#[tokio::test]
async fn a_service_that_never_answers_is_given_up_in_time_and_a_change_is_not_sent_twice() {
    let server = Server::start(|_, _| Reply::Silence).await;
    let context = RequestContext {
        client_timeout: Duration::from_secs(60),
        ..RequestContext::default()
    };
    let error = server
        .session(context, 20.0)
        .send(post())
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("TimedOut"), "{error}");
    assert_eq!(error.kind(), TransportErrorKind::Interrupted);
    assert!(error.to_string().contains("60 seconds"), "{error}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_read_is_repeated_after_every_kind_of_fault() {
    for fault in 0..6 {
        let server = Server::start(move |_, before| match (before, fault) {
            (0, 0) => Reply::Last(Vec::new()),
            (0, 1) => Reply::Last(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec()),
            (0, 2) => json("503 Service Unavailable", ""),
            (0, 3) => Reply::Bytes(
                b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 2.5\r\ncontent-length: 0\r\n\r\n"
                    .to_vec(),
            ),
            (0, 4) => json("504 Gateway Timeout", "<html>"),
            (0, 5) => json(
                "409 Conflict",
                r#"{"error":{"code":"Directory_ConcurrencyViolation","message":"x"}}"#,
            ),
            _ => json("200 OK", r#"{"value":[]}"#),
        })
        .await;
        let response = server
            .session(RequestContext::default(), 50.0)
            .send(get())
            .await
            .unwrap();
        assert_eq!(response.status, StatusCode::OK, "fault {fault}");
        assert_eq!(server.seen().len(), 2, "fault {fault}");
    }
}

#[tokio::test]
async fn a_broken_connection_costs_a_change_no_second_sending() {
    let server = Server::start(|_, _| Reply::Last(Vec::new())).await;
    let error = server
        .session(RequestContext::default(), 50.0)
        .send(post())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Interrupted);
    let sent = server
        .seen()
        .iter()
        .filter(|text| text.starts_with("POST"))
        .count();
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn certificates_that_cannot_be_read_are_named() {
    let options = |text: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let options = ClientOptions {
            trust: Some(file.path().to_owned()),
            ..ClientOptions::default()
        };
        (file, options)
    };
    let endpoint = || Endpoint::parse("https://127.0.0.1:1").unwrap();
    for text in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let (file, options) = options(text);
        let error = https::transport(endpoint(), options)
            .send(get())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::NotSent);
        assert!(
            error
                .to_string()
                .contains(&file.path().display().to_string()),
            "{error}"
        );
    }
    let missing = ClientOptions {
        trust: Some("/nowhere/ca.pem".into()),
        ..ClientOptions::default()
    };
    let error = https::transport(endpoint(), missing)
        .send(get())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
}

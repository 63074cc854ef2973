//! A served tenant for a test, and a client of it.

use std::path::PathBuf;

use mglicense_tenant::serve::{ServeOptions, Server};
use mglicense_tenant::{Source, Tenant};
use serde_json::{Value, json};

pub const ADA: &str = "ada@contoso.com";
pub const VISIO: &str = "c5928f49-12ba-48f7-ada3-0d743a3601d5";

/// A small company: two users, a product with three seats.
pub fn seed() -> Value {
    json!({
        "version": 1, "seed": 7,
        "organization": {"displayName": "Contoso"},
        "domains": [{"id": "contoso.com", "isDefault": true}],
        "subscribedSkus": [{"skuPartNumber": "VISIOCLIENT", "prepaidUnits": {"enabled": 3}}],
        "users": [
            {"userPrincipalName": ADA, "displayName": "Ada", "usageLocation": "GB"},
            {"userPrincipalName": "bob@contoso.com", "displayName": "Bob", "usageLocation": "GB"}
        ],
        "settings": {"durability": "none", "requestLog": "all"}
    })
}

/// A served tenant in a folder of its own.
pub struct Served {
    pub server: Server,
    pub file: PathBuf,
    _folder: tempfile::TempDir,
}

/// Serves the company with these settings for the run.
pub fn serve(settings: Value) -> Served {
    serve_with(|options| options.settings = Some(settings))
}

/// Serves the company as the options say. Needs a runtime with more than one thread.
pub fn serve_with(change: impl FnOnce(&mut ServeOptions)) -> Served {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("contoso.mgtenant");
    drop(
        Tenant::create(&file, Source::text(seed().to_string()), false).expect("the seed is right"),
    );
    let mut options = ServeOptions::default();
    change(&mut options);
    let server = Server::start(&file, options, &tokio::runtime::Handle::current())
        .expect("the tenant is served");
    Served {
        server,
        file,
        _folder: folder,
    }
}

impl Served {
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.info().uri)
    }

    /// The tenant beside its server, as another process would open it.
    pub fn beside(&self) -> Tenant {
        Tenant::open(&self.file, mglicense_tenant::OpenOptions::default()).expect("it is there")
    }

    /// A client that trusts the server's certificate, if it has one.
    pub fn client(&self) -> reqwest::Client {
        client(self.server.info().certificate_path.as_deref())
    }

    /// The form with which the server's own application asks for a token.
    pub fn form(&self) -> Vec<(&'static str, String)> {
        vec![
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", self.server.info().client_id.to_string()),
            ("client_secret", self.server.secret().to_owned()),
            ("scope", "https://graph.microsoft.com/.default".to_owned()),
        ]
    }

    /// A token of the server's own application.
    pub async fn token(&self) -> String {
        let answer = self
            .client()
            .post(&self.server.info().token_endpoint)
            .form(&self.form())
            .send()
            .await
            .expect("it answers");
        assert_eq!(answer.status(), 200);
        let answer: Value = answer.json().await.expect("JSON");
        answer["access_token"].as_str().expect("a token").to_owned()
    }
}

/// A client that trusts one certificate, or speaks no TLS.
pub fn client(certificate: Option<&std::path::Path>) -> reqwest::Client {
    let mut builder = reqwest::Client::builder().no_proxy();
    builder = match certificate {
        Some(path) => {
            // Fails only where it was done already.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let pem = std::fs::read(path).expect("the certificate is there");
            let certificate = reqwest::Certificate::from_pem(&pem).expect("it is PEM");
            builder.tls_certs_only([certificate])
        }
        None => builder.tls_certs_only([]),
    };
    let _ = rustls::crypto::ring::default_provider().install_default();
    builder.build().expect("a client is made")
}

//! The assertion by which an application proves that it has a certificate's key (RFC 7523), as Microsoft documents it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, UnparsedPublicKey,
};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};

use super::book::print;
use super::error::Refusal;
use super::{Facts, Form, Place, SignIn, What};
use crate::clock::Moment;
use crate::settings::{Application, ClientCertificate, Verdict};

/// What `client_assertion_type` says.
const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// By how many seconds the clocks of client and service may differ, as Microsoft's do.
const SKEW: i64 = 300;

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(rename = "x5t#S256")]
    thumbprint: Option<String>,
    /// The same with SHA-1, which older clients send.
    #[serde(rename = "x5t")]
    old_thumbprint: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    aud: String,
    iss: String,
    sub: String,
    jti: Option<String>,
    exp: Seconds,
    nbf: Option<Seconds>,
}

/// A time as RFC 7519 writes it, or the same in a text, as Microsoft's library for .NET does.
#[derive(Clone, Copy)]
struct Seconds(i64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Given {
            Number(i64),
            Text(String),
        }
        match Given::deserialize(deserializer)? {
            Given::Number(seconds) => Ok(Self(seconds)),
            Given::Text(text) => text.parse().map(Self).map_err(D::Error::custom),
        }
    }
}

/// An assertion, taken apart.
struct Assertion<'a> {
    header: Header,
    claims: Claims,
    signed: &'a str,
    signature: Vec<u8>,
}

impl SignIn {
    /// Fails unless the assertion of a form proves that the application sent it.
    pub(super) fn check_assertion(
        &self,
        facts: &Facts,
        origin: &str,
        application: &Application,
        form: &Form,
    ) -> Result<(), Refusal> {
        let kind = form.want("client_assertion_type")?;
        if kind != KIND {
            return Err(Refusal::request(
                900_142,
                format!("The 'client_assertion_type' must be '{KIND}', and is '{kind}'."),
            ));
        }
        let assertion = Assertion::parse(form.want("client_assertion")?)?;
        let id = application.client_id.to_string();
        let Claims { aud, iss, sub, .. } = &assertion.claims;
        if !iss.eq_ignore_ascii_case(&id) || !sub.eq_ignore_ascii_case(&id) {
            return Err(Refusal::client(
                700_021,
                format!(
                    "Client assertion application identifier doesn't match 'client_id' parameter. The issuer is '{iss}', \
                     the subject '{sub}', the application '{id}'."
                ),
            ));
        }
        if !facts.is_audience(origin, aud) {
            return Err(Refusal::client(
                700_023,
                format!(
                    "Client assertion audience claim does not match Realm issuer. The audience is '{aud}'. Expected is the \
                     token endpoint, '{origin}/{}/oauth2/v2.0/token', or the issuer, '{origin}/{}/v2.0'.",
                    facts.tenant_id, facts.tenant_id
                ),
            ));
        }
        let now = facts.shown_issued();
        let certificate = assertion.certificate(application, now)?;
        assertion.check_signature(certificate)?;
        let until = assertion.check_time(now)?;
        if facts.settings.sign_in.assertion_reuse == Verdict::Refuse {
            self.use_up(&assertion, until, now)?;
        }
        Ok(())
    }

    fn use_up(&self, assertion: &Assertion<'_>, until: Moment, now: Moment) -> Result<(), Refusal> {
        let id = assertion.claims.jti.as_deref().ok_or_else(|| {
            malformed("it has no 'jti', without which it cannot be told from one sent before")
        })?;
        let key = print(&format!("{} {id}", assertion.claims.iss));
        if self.assertions.put_new(key, (), until, now) {
            return Ok(());
        }
        Err(Refusal::client(
            50_013,
            "Assertion is invalid because it was used before: its 'jti' is known. Make a new one for each request.",
        ))
    }
}

impl Facts {
    /// Whether an assertion for this audience is for this server: its token endpoint or its issuer, under any of the
    /// tenant's names.
    fn is_audience(&self, origin: &str, audience: &str) -> bool {
        let Some(path) = audience.strip_prefix(origin) else {
            return false;
        };
        let tenant = match Place::of(path) {
            Some(place) if place.what == What::Token => place.tenant,
            Some(_) => return false,
            None => match path
                .strip_prefix('/')
                .and_then(|path| path.strip_suffix("/v2.0"))
            {
                Some(tenant) => tenant.to_owned(),
                None => return false,
            },
        };
        self.check_tenant(&tenant).is_ok()
    }
}

impl<'a> Assertion<'a> {
    fn parse(text: &'a str) -> Result<Self, Refusal> {
        let (signed, signature) = text
            .rsplit_once('.')
            .ok_or_else(|| malformed("it has no three parts"))?;
        let (header, claims) = signed
            .split_once('.')
            .ok_or_else(|| malformed("it has no three parts"))?;
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| malformed("its signature is not in base64url"))?;
        Ok(Self {
            header: decode(header, "header")?,
            claims: decode(claims, "claims")?,
            signed,
            signature,
        })
    }

    /// The certificate that the header names, if it is registered and has not ended.
    fn certificate<'b>(
        &self,
        application: &'b Application,
        now: Moment,
    ) -> Result<&'b ClientCertificate, Refusal> {
        let found = application.certificates.iter().find(|certificate| {
            match (&self.header.thumbprint, &self.header.old_thumbprint) {
                (Some(thumbprint), _) => {
                    *thumbprint == URL_SAFE_NO_PAD.encode(Sha256::digest(certificate.der()))
                }
                (None, Some(thumbprint)) => {
                    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, certificate.der());
                    *thumbprint == URL_SAFE_NO_PAD.encode(hash)
                }
                (None, None) => false,
            }
        });
        let refused = |reason: &str| {
            Refusal::client(
                700_027,
                format!(
                    "The certificate with identifier used to sign the client assertion is not usable for application \
                     '{}'. [Reason - {reason}]",
                    application.client_id
                ),
            )
        };
        let certificate = found.ok_or_else(|| refused("The key was not found."))?;
        if certificate.not_after() <= now {
            return Err(refused(&format!(
                "The key used is expired: it ended at {}.",
                certificate.not_after()
            )));
        }
        Ok(certificate)
    }

    fn check_signature(&self, certificate: &ClientCertificate) -> Result<(), Refusal> {
        let algorithm: &'static RsaParameters = match self.header.alg.as_str() {
            "PS256" => &RSA_PSS_2048_8192_SHA256,
            "RS256" => &RSA_PKCS1_2048_8192_SHA256,
            other => {
                return Err(malformed(&format!(
                    "its algorithm is '{other}', and must be PS256 or RS256"
                )));
            }
        };
        UnparsedPublicKey::new(algorithm, certificate.key())
            .verify(self.signed.as_bytes(), &self.signature)
            .map_err(|_| {
                Refusal::client(
                    700_027,
                    "Client assertion contains an invalid signature. [Reason - The key was found, and did not make it.]",
                )
            })
    }

    /// When it ends, if that is to come and it has begun.
    fn check_time(&self, now: Moment) -> Result<Moment, Refusal> {
        let exp = self.claims.exp.0;
        let nbf = self.claims.nbf.map(|nbf| nbf.0);
        let has_begun = nbf.is_none_or(|nbf| nbf <= now.unix().saturating_add(SKEW));
        let until = exp.saturating_add(SKEW);
        if has_begun && now.unix() < until {
            return Ok(Moment::from_unix(until));
        }
        let moment = |seconds: i64| Moment::from_unix(seconds).to_string();
        Err(Refusal::client(
            700_024,
            format!(
                "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {}, expiry \
                 time of assertion {}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/\
                 certificate-credentials .",
                nbf.map_or_else(|| "any time".to_owned(), moment),
                moment(exp)
            ),
        ))
    }
}

fn decode<T: DeserializeOwned>(part: &str, name: &str) -> Result<T, Refusal> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| malformed(&format!("its {name} are not in base64url")))?;
    serde_json::from_slice(&bytes).map_err(|error| malformed(&format!("of its {name}, {error}")))
}

fn malformed(why: &str) -> Refusal {
    Refusal::client(50_027, format!("JWT token is invalid or malformed: {why}."))
}

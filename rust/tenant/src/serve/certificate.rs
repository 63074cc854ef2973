//! The certificate of a served tenant: an authority made for one server, and what it certifies. The keys stay in memory.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

use super::options::{ServeError, ServeErrorKind};
use crate::clock::{Clock, Moment, RealClock};

const DAY: i64 = 24 * 60 * 60;
/// How long a certificate holds: longer than any rehearsal, shorter than some clients' limit of 398 days.
const DAYS: i64 = 365;

/// A certificate file, removed when it is dropped.
#[derive(Debug)]
pub(super) struct CertificateFile(PathBuf);

impl CertificateFile {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for CertificateFile {
    fn drop(&mut self) {
        // What is gone already need not go.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Makes an authority and a certificate of it for this machine's loopback addresses, and writes the authority's
/// certificate to the file.
pub(super) fn make(file: PathBuf) -> Result<(ServerConfig, CertificateFile), ServeError> {
    let (config, pem) = certify().map_err(|cause| {
        ServeError::new(
            ServeErrorKind::Certificate,
            format!("a certificate could not be made: {cause}"),
            "Serve without TLS.",
        )
    })?;
    std::fs::write(&file, pem).map_err(|error| {
        ServeError::new(
            ServeErrorKind::Certificate,
            format!(
                "the certificate could not be written to '{}': {error}",
                file.display()
            ),
            "Name a file that can be written.",
        )
    })?;
    Ok((config, CertificateFile(file)))
}

fn certify() -> Result<(ServerConfig, String), Box<dyn std::error::Error>> {
    // Clients judge certificates by their own clocks, not by the tenant's.
    let now = RealClock::new(1.0).now();
    let mut authority = params("MgLicense local tenant authority", now);
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority_key = KeyPair::generate()?;
    let authority_certificate = authority.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority, authority_key);

    let mut server = params("localhost", now);
    server.subject_alt_names = vec![
        SanType::DnsName("localhost".try_into()?),
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ];
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, &issuer)?;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = vec![
        certificate.der().clone(),
        authority_certificate.der().clone(),
    ];
    let key = PrivateKeyDer::try_from(key.serialize_der())?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok((config, authority_certificate.pem()))
}

fn params(name: &str, now: Moment) -> CertificateParams {
    let mut params = CertificateParams::default();
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    params.distinguished_name = names;
    let (year, month, day) = now.plus_seconds(-DAY).date();
    params.not_before = rcgen::date_time_ymd(year, month, day);
    let (year, month, day) = now.plus_seconds(DAYS * DAY).date();
    params.not_after = rcgen::date_time_ymd(year, month, day);
    params
}

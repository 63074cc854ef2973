//! Tenants in files, opened in this process.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Uri, header::CONTENT_TYPE};
use axum::response::Response;

pub(crate) fn router(_path: &str) -> Router {
    Router::new().fallback(|uri: Uri| async move {
        let mut response = Response::new(Body::from(format!(
            r#"{{"id":"{uri}","value":[{{"id":"{uri}"}}]}}"#
        )));
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    })
}

//! The seats of every product.

use serde::Deserialize;

use super::assignments::emit_item;
use crate::failure::Failure;
use crate::job::JobContext;
use crate::session::Session;
use crate::survey::{find_product, read_seats};

/// Which products.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Summary {
    /// Only these, by id, part number or name.
    #[serde(default)]
    skus: Option<Vec<String>>,
    #[serde(default)]
    debug: Option<bool>,
}

impl Summary {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let table = read_seats(session, job, true, debug).await?;
        for (what, failure) in &table.failures {
            job.warn(format!(
                "It could not be read {what} ({}); that part is left open.",
                failure.message
            ))
            .await;
        }
        let mut wanted = Vec::new();
        for text in self.skus.iter().flatten() {
            wanted.push(find_product(session, job, text, debug).await?);
        }
        for seats in &table.seats {
            if self.skus.is_none() || wanted.contains(&seats.sku_id) {
                emit_item(job, seats).await;
            }
        }
        Ok(())
    }
}

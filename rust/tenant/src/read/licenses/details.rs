//! `licenseDetails`: what a user has of each product.

use mglicense_rules::Guid;
use mglicense_rules::assignment::HoldingState;

use super::{Licenses, ids_in, separate};
use crate::odata::json;

impl Licenses<'_> {
    /// The documents of a user's `licenseDetails`, one per product in effect, each with its product's id.
    pub(crate) fn details(
        &mut self,
        user_key: i64,
        user_id: Guid,
    ) -> rusqlite::Result<Vec<(Guid, Vec<u8>)>> {
        self.load(user_key)?;
        let mut details = Vec::new();
        let mut product = self
            .connection
            .prepare_cached("SELECT id, part_number, plans FROM skus WHERE key = ?1")?;
        for range in self.products() {
            let is_listed = self.settings.inherited_in_details
                || self.rows[range.0..range.1]
                    .iter()
                    .any(|row| row.source_key == 0);
            if !is_listed {
                continue;
            }
            let disabled = self.effective_disabled(range);
            // The oldest assignment in effect is the one that the services began with.
            let since = self.rows[range.0..range.1]
                .iter()
                .filter(|row| row.state != HoldingState::Error)
                .map(|row| self.text(row.updated))
                .min();
            let pending = since.is_some_and(|since| since > self.ready_until.as_str());
            let mut rows = product.query([self.rows[range.0].sku_key])?;
            let Some(row) = rows.next()? else {
                continue;
            };
            let sku_id = Guid::from_bytes(row.get(0)?);
            let mut document = Vec::new();
            document.extend_from_slice(b"{\"id\":");
            json::write_text(&mut document, &detail_id(user_id, sku_id));
            document.extend_from_slice(b",\"skuId\":");
            json::write_text(&mut document, sku_id.text().as_str());
            document.extend_from_slice(b",\"skuPartNumber\":");
            json::write_text(&mut document, row.get_ref(1)?.as_str()?);
            document.extend_from_slice(b",\"servicePlans\":");
            write_user_plans(
                row.get_ref(2)?.as_str()?.as_bytes(),
                &disabled,
                pending,
                &mut document,
            );
            document.push(b'}');
            details.push((sku_id, document));
        }
        Ok(details)
    }
}

/// Writes a product's plans as one user has them: those turned off are `Disabled`; the rest as in the product, or while
/// they are `pending` not ready where the product's are.
fn write_user_plans(plans: &[u8], disabled: &str, pending: bool, out: &mut Vec<u8>) {
    out.push(b'[');
    let mut is_first = true;
    json::items(plans, |plan| {
        let mut id: &[u8] = b"";
        json::members(plan, |name, value| {
            if name == b"servicePlanId" {
                id = value;
            }
        });
        let id = std::str::from_utf8(id)
            .unwrap_or_default()
            .trim_matches('"');
        let is_disabled = ids_in(disabled).any(|other| other.eq_ignore_ascii_case(id));
        separate(&mut is_first, out);
        out.push(b'{');
        let mut is_first_member = true;
        json::members(plan, |name, value| {
            separate(&mut is_first_member, out);
            out.push(b'"');
            out.extend_from_slice(name);
            out.extend_from_slice(b"\":");
            let value = if is_disabled && name == b"provisioningStatus" {
                b"\"Disabled\""
            } else if pending && name == b"provisioningStatus" && value == b"\"Success\"" {
                b"\"PendingInput\""
            } else {
                value
            };
            out.extend_from_slice(value);
        });
        out.push(b'}');
    });
    out.push(b']');
}

/// The id of one `licenseDetails` entry: opaque, and the same for the same user and product.
pub(crate) fn detail_id(user: Guid, sku: Guid) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bytes: Vec<u8> = [user.as_bytes(), sku.as_bytes()].concat();
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().enumerate().fold(0u32, |bits, (index, byte)| {
            bits | u32::from(*byte) << (16 - 8 * index)
        });
        for digit in 0..=group.len() {
            let index = bits >> (18 - 6 * digit) & 63;
            text.push(char::from(DIGITS[index as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_id_is_base64_of_user_and_product() {
        // 32 bytes of 0xFF are 256 one bits: 42 digits of six, and four more bits with two zeroes.
        let id = detail_id(Guid(u128::MAX), Guid(u128::MAX));
        assert_eq!(id, format!("{}8", "_".repeat(42)));
        assert_ne!(detail_id(Guid(1), Guid(2)), detail_id(Guid(2), Guid(1)));
    }

    #[test]
    fn plans_turned_off_are_disabled_and_the_rest_stay_as_the_product_has_them() {
        let plans = br#"[{"servicePlanId":"a","provisioningStatus":"Success","x":[1,2]},
            {"servicePlanId":"b","provisioningStatus":"PendingActivation"}]"#;
        let mut out = Vec::new();
        write_user_plans(plans, r#"["a"]"#, false, &mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"[{"servicePlanId":"a","provisioningStatus":"Disabled","x":[1,2]},{"servicePlanId":"b","provisioningStatus":"PendingActivation"}]"#
        );
    }

    #[test]
    fn plans_that_would_be_ready_wait_for_their_services() {
        let plans = br#"[{"servicePlanId":"a","provisioningStatus":"Success"},
            {"servicePlanId":"b","provisioningStatus":"PendingActivation"}]"#;
        let mut out = Vec::new();
        write_user_plans(plans, "[]", true, &mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"[{"servicePlanId":"a","provisioningStatus":"PendingInput"},{"servicePlanId":"b","provisioningStatus":"PendingActivation"}]"#
        );
    }
}

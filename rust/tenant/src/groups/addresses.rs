//! Whether a mail address is another user's too.

use std::collections::HashSet;

use rusqlite::{CachedStatement, Connection, Rows, params};

use crate::store::mix;

/// From so many members on, and if they are this part of all users, one look at all addresses is quicker than a search
/// for each.
const MANY: usize = 10_000;
const PART_OF_ALL: usize = 20;

/// Finds out about addresses: by a search for each or, before many, by a look at all that leaves few to search for.
pub(super) struct Addresses<'c> {
    mail_taken: CachedStatement<'c>,
    upn_taken: CachedStatement<'c>,
    shared: Option<Shared>,
}

/// The digests of the addresses that are the mail or the principal name of more than one user. Different addresses may
/// fall together, so this tells only which are surely nobody else's.
type Shared = HashSet<u64>;

/// The addresses of one user.
pub(super) struct Own<'r> {
    pub(super) upn: &'r str,
    pub(super) mail: Option<&'r str>,
    pub(super) doc: &'r str,
}

impl<'c> Addresses<'c> {
    pub(super) fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            mail_taken: connection.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM users WHERE mail = ?1 AND deleted IS NULL AND key <> ?2)",
            )?,
            upn_taken: connection.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM users WHERE upn = ?1 AND deleted IS NULL AND key <> ?2)",
            )?,
            shared: None,
        })
    }

    /// So many members are about to be processed.
    pub(super) fn prepare(
        &mut self,
        connection: &Connection,
        members: usize,
    ) -> rusqlite::Result<()> {
        if members < MANY {
            return Ok(());
        }
        let users: i64 = connection
            .prepare_cached("SELECT ifnull(max(key), 0) FROM users")?
            .query_row([], |row| row.get(0))?;
        if usize::try_from(users).unwrap_or(usize::MAX) / PART_OF_ALL > members {
            return Ok(());
        }
        self.shared = Some(shared(connection)?);
        Ok(())
    }

    /// Whether one of a user's addresses is the mail address or the principal name of another user.
    pub(super) fn is_taken(&mut self, user_key: i64, own: &Own<'_>) -> rusqlite::Result<bool> {
        if self.is_taken_as(user_key, own, own.upn)? {
            return Ok(true);
        }
        if let Some(mail) = own.mail
            && !mail.eq_ignore_ascii_case(own.upn)
            && self.is_taken_as(user_key, own, mail)?
        {
            return Ok(true);
        }
        let Some((_, rest)) = own.doc.split_once("\"proxyAddresses\":[") else {
            return Ok(false);
        };
        let list = rest.split(']').next().unwrap_or_default();
        // An address holds no quote.
        for entry in list.split('"').skip(1).step_by(2) {
            let scheme = entry.get(..5);
            if !scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("smtp:")) {
                continue;
            }
            let address = &entry[5..];
            let is_known = address.eq_ignore_ascii_case(own.upn)
                || own
                    .mail
                    .is_some_and(|mail| address.eq_ignore_ascii_case(mail));
            if !is_known && self.is_taken_as(user_key, own, address)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_taken_as(
        &mut self,
        user_key: i64,
        own: &Own<'_>,
        address: &str,
    ) -> rusqlite::Result<bool> {
        let is_own_mail = own
            .mail
            .is_some_and(|mail| mail.eq_ignore_ascii_case(address));
        let is_own_name = own.upn.eq_ignore_ascii_case(address);
        if let Some(shared) = &self.shared
            && (is_own_mail || is_own_name)
            && (shared.is_empty() || !shared.contains(&digest(address)))
        {
            return Ok(false);
        }
        let is = |statement: &mut CachedStatement<'_>| -> rusqlite::Result<bool> {
            statement.query_row(params![address, user_key], |row| row.get(0))
        };
        // Nobody else can have the user's own principal name.
        Ok(is(&mut self.mail_taken)? || (!is_own_name && is(&mut self.upn_taken)?))
    }
}

/// A number for an address, the same in any case.
fn digest(address: &str) -> u64 {
    let fold = |digest: u64, byte: u8| {
        (digest ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3)
    };
    mix(address.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
}

/// Goes through all mails and all principal names at once, both in the order of their index, where the same address
/// comes next to itself.
fn shared(connection: &Connection) -> rusqlite::Result<Shared> {
    let mut mails = connection.prepare_cached(
        "SELECT mail, key FROM users INDEXED BY users_mail
          WHERE deleted IS NULL AND mail IS NOT NULL ORDER BY mail",
    )?;
    let mut names = connection.prepare_cached(
        "SELECT upn, key FROM users INDEXED BY users_upn WHERE deleted IS NULL ORDER BY upn",
    )?;
    let (mut mails, mut names) = (mails.query([])?, names.query([])?);
    let mut next_mail = Address::default();
    let mut next_name = Address::default();
    let mut has_mail = next_mail.read(&mut mails)?;
    let mut has_name = next_name.read(&mut names)?;
    let mut last = Address::default();
    let mut shared = Shared::new();
    while has_mail || has_name {
        let is_mail = has_mail && (!has_name || next_mail.text <= next_name.text);
        let next = if is_mail {
            &mut next_mail
        } else {
            &mut next_name
        };
        if next.text == last.text && next.user_key != last.user_key {
            shared.insert(digest(&next.text));
        }
        std::mem::swap(next, &mut last);
        if is_mail {
            has_mail = next_mail.read(&mut mails)?;
        } else {
            has_name = next_name.read(&mut names)?;
        }
    }
    Ok(shared)
}

/// An address in lower case, and whose it is.
#[derive(Default)]
struct Address {
    text: String,
    user_key: i64,
}

impl Address {
    /// Reads the next one into the memory of this one. Whether there was one.
    fn read(&mut self, rows: &mut Rows<'_>) -> rusqlite::Result<bool> {
        let Some(row) = rows.next()? else {
            return Ok(false);
        };
        self.text.clear();
        self.text.push_str(row.get_ref(0)?.as_str()?);
        self.text.make_ascii_lowercase();
        self.user_key = row.get(1)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::{digest, shared};

    #[test]
    fn an_address_is_shared_where_two_users_have_it_in_whatever_case_as_mail_or_name() {
        let seed = r#"{"version": 1, "users": [
            {"userPrincipalName": "own@contoso.com", "mail": "own@contoso.com"},
            {"userPrincipalName": "twin1@contoso.com", "mail": "Twin@contoso.com"},
            {"userPrincipalName": "twin2@contoso.com", "mail": "tWIN@contoso.com"},
            {"userPrincipalName": "Cross@contoso.com"},
            {"userPrincipalName": "other@contoso.com", "mail": "cross@Contoso.com"},
            {"userPrincipalName": "under_score@contoso.com", "mail": "underscore@contoso.com"},
            {"userPrincipalName": "last@contoso.com", "mail": "gone@contoso.com"},
            {"userPrincipalName": "gone@contoso.com", "mail": "last@contoso.com",
             "deletedDateTime": "2026-01-01T00:00:00Z"}]}"#;
        let path = std::path::Path::new(":memory:");
        let connection = crate::store::build_memory(|connection| {
            crate::seed::fill(
                connection,
                path,
                crate::Source::text(seed),
                Default::default(),
            )
        })
        .expect("the seed is right");
        let expected = ["twin@contoso.com", "CROSS@contoso.com"].map(digest);
        assert_eq!(
            shared(&connection).expect("the file is read"),
            expected.into()
        );
    }
}

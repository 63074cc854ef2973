//! Whether a mail address is another user's too.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use rusqlite::{CachedStatement, Connection, params};

use crate::store::mix;

/// From so many members on, and if they are this part of all users, one look at all addresses is quicker than a search
/// for each.
const MANY: usize = 10_000;
const PART_OF_ALL: usize = 20;

/// Finds out about addresses: by a search for each or, before many, by a look at all that leaves few to search for.
pub(super) struct Addresses<'c> {
    mail_taken: CachedStatement<'c>,
    upn_taken: CachedStatement<'c>,
    all: Option<All>,
}

/// How many there are of each address, by its digest.
type Counts = HashMap<u64, u32, BuildHasherDefault<AsItIs>>;

/// How many users have an address as their mail, and as their principal name. Different addresses may fall together, so
/// this tells only which are surely nobody else's.
struct All {
    mails: Counts,
    names: Counts,
}

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
            all: None,
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
        let count = |sql: &str| -> rusqlite::Result<Counts> {
            let mut counts =
                Counts::with_capacity_and_hasher(members, BuildHasherDefault::default());
            let mut select = connection.prepare_cached(sql)?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                *counts.entry(digest(row.get_ref(0)?.as_str()?)).or_default() += 1;
            }
            Ok(counts)
        };
        // Both are answered from an index alone.
        self.all = Some(All {
            mails: count("SELECT mail FROM users WHERE deleted IS NULL AND mail IS NOT NULL")?,
            names: count("SELECT upn FROM users INDEXED BY users_upn WHERE deleted IS NULL")?,
        });
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
        if let Some(all) = &self.all {
            let digest = digest(address);
            let count = |counts: &Counts| counts.get(&digest).copied().unwrap_or(0);
            if count(&all.mails) <= u32::from(is_own_mail)
                && count(&all.names) <= u32::from(is_own_name)
            {
                return Ok(false);
            }
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

/// Takes a digest for its own hash.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = mix(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

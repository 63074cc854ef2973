//! A seed in JSON, read twice: first what the tenant is, then who is in it. So its keys may come in any order, and it
//! need not fit into memory.

use std::io::{BufReader, Read, SeekFrom};

use rusqlite::Connection;
use serde_json::Value;

use super::builder::Builder;
use super::groups::{self, Lists};
use super::stream::{self, Sink};
use super::tenant::Profile;
use super::users::{self, Inherited};
use super::wishes::Wishes;
use super::{BuildError, SeedReader};
use crate::fault::Fault;

/// Fills a tenant from a seed.
pub(super) fn fill(
    connection: &Connection,
    mut reader: Box<dyn SeedReader>,
    wishes: Wishes<'_>,
) -> Result<(), BuildError> {
    let mut first = FirstPass::default();
    stream::read(text_of(&mut *reader)?, &mut first)?;
    if !first.has_users {
        return Err(Fault::new("'users' is missing").into());
    }
    let mut builder = first.profile.begin(connection, wishes)?;
    let mut second = SecondPass {
        builder: &mut builder,
        inherited: Vec::new(),
        lists: Vec::new(),
    };
    stream::read(text_of(&mut *reader)?, &mut second)?;
    let SecondPass {
        inherited, lists, ..
    } = second;
    for lists in &lists {
        groups::add_lists(&builder, lists)?;
    }
    for entry in &inherited {
        users::add_inherited(&builder, entry, |name| groups::source_key(&builder, name))?;
    }
    first.profile.finish(&builder)
}

/// The text from its start, after the mark that some programs put before UTF-8.
fn text_of(reader: &mut dyn SeedReader) -> Result<impl Read + '_, BuildError> {
    const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
    reader.rewind().map_err(BuildError::Io)?;
    let mut start = Vec::with_capacity(MARK.len());
    (&mut *reader)
        .take(MARK.len() as u64)
        .read_to_end(&mut start)
        .map_err(BuildError::Io)?;
    if start != MARK {
        reader.seek(SeekFrom::Start(0)).map_err(BuildError::Io)?;
    }
    Ok(BufReader::with_capacity(64 * 1024, reader))
}

#[derive(Default)]
struct FirstPass {
    profile: Profile,
    has_users: bool,
}

impl Sink for FirstPass {
    fn section(&mut self, key: &str, value: Value) -> Result<(), BuildError> {
        Ok(self.profile.set(key, value)?)
    }

    fn wants(&self, _key: &str) -> bool {
        false
    }

    fn large(&mut self, key: &str) {
        self.has_users |= key == "users";
    }

    fn item(&mut self, _key: &str, _index: usize, _value: Value) -> Result<(), BuildError> {
        Ok(())
    }
}

struct SecondPass<'a, 'b> {
    builder: &'a mut Builder<'b>,
    inherited: Vec<Inherited>,
    lists: Vec<Lists>,
}

impl Sink for SecondPass<'_, '_> {
    fn section(&mut self, _key: &str, _value: Value) -> Result<(), BuildError> {
        Ok(())
    }

    fn wants(&self, _key: &str) -> bool {
        true
    }

    fn large(&mut self, _key: &str) {}

    fn item(&mut self, key: &str, index: usize, value: Value) -> Result<(), BuildError> {
        if key == "users" {
            self.builder.tell_progress(index as u64, None)?;
            users::add(self.builder, index, value, &mut self.inherited)
        } else {
            self.lists.push(groups::add(self.builder, index, value)?);
            Ok(())
        }
    }
}

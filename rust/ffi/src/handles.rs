//! Handles: numbers that say where a thing is kept and whether it still is the same thing.

use std::sync::{Arc, PoisonError, RwLock};

const GENERATION_BITS: u32 = 24;
const LAST_GENERATION: u32 = (1 << GENERATION_BITS) - 1;

/// Things of one sort, each behind a handle.
///
/// A handle holds the sort (8 bits, never 0, so that no handle is 0), the slot's generation (24 bits) and its
/// index (32 bits). Each reuse of a slot raises its generation, so a handle that was freed never means what
/// came after it; a slot whose generations are used up is not used again.
pub(crate) struct Table<T> {
    sort: u8,
    slots: RwLock<Slots<T>>,
}

struct Slots<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

struct Slot<T> {
    generation: u32,
    thing: Option<Arc<T>>,
}

impl<T> Table<T> {
    /// An empty table of things of a sort, which must not be 0.
    pub(crate) const fn new(sort: u8) -> Self {
        assert!(sort != 0, "0 would make a handle of 0 possible");
        Self {
            sort,
            slots: RwLock::new(Slots {
                slots: Vec::new(),
                free: Vec::new(),
            }),
        }
    }

    /// Keeps a thing and returns its handle; `None` when four thousand million are kept already.
    pub(crate) fn insert(&self, thing: T) -> Option<u64> {
        let mut table = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let index = match table.free.pop() {
            Some(index) => index,
            None => {
                let index = u32::try_from(table.slots.len()).ok()?;
                table.slots.push(Slot {
                    generation: 0,
                    thing: None,
                });
                index
            }
        };
        let slot = table.slots.get_mut(index as usize)?;
        slot.thing = Some(Arc::new(thing));
        let generation = slot.generation;
        Some(self.handle(generation, index))
    }

    /// The thing behind a handle.
    pub(crate) fn get(&self, handle: u64) -> Option<Arc<T>> {
        let (generation, index) = self.split(handle)?;
        let table = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let slot = table
            .slots
            .get(index)
            .filter(|slot| slot.generation == generation)?;
        slot.thing.clone()
    }

    /// Everything that is kept, with its handle.
    pub(crate) fn all(&self) -> Vec<(u64, Arc<T>)> {
        let table = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let kept = table.slots.iter().zip(0_u32..);
        kept.filter_map(|(slot, index)| {
            let thing = Arc::clone(slot.thing.as_ref()?);
            Some((self.handle(slot.generation, index), thing))
        })
        .collect()
    }

    fn handle(&self, generation: u32, index: u32) -> u64 {
        u64::from(self.sort) << 56 | u64::from(generation) << 32 | u64::from(index)
    }

    /// Lets go of the thing behind a handle, and returns it. The handle means nothing from here on.
    pub(crate) fn remove(&self, handle: u64) -> Option<Arc<T>> {
        let (generation, index) = self.split(handle)?;
        let mut table = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let slot = table
            .slots
            .get_mut(index)
            .filter(|slot| slot.generation == generation)?;
        let thing = slot.thing.take()?;
        if slot.generation < LAST_GENERATION {
            slot.generation += 1;
            table.free.push(handle as u32);
        }
        Some(thing)
    }

    fn split(&self, handle: u64) -> Option<(u32, usize)> {
        if handle >> 56 != u64::from(self.sort) {
            return None;
        }
        Some((
            (handle >> 32) as u32 & LAST_GENERATION,
            handle as u32 as usize,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_finds_its_thing_until_it_is_freed() {
        let table = Table::new(1);
        let handle = table.insert("a").unwrap();
        assert_eq!(table.get(handle).as_deref(), Some(&"a"));
        assert_eq!(table.all(), [(handle, Arc::new("a"))]);
        assert_eq!(table.remove(handle).as_deref(), Some(&"a"));
        assert_eq!(table.get(handle), None);
        assert_eq!(table.remove(handle), None);
    }

    #[test]
    fn a_freed_handle_never_means_what_came_after_it() {
        let table = Table::new(1);
        let mut handles = Vec::new();
        for round in 0..1000 {
            let handle = table.insert(round).unwrap();
            assert!(handles.iter().all(|&old| table.get(old).is_none()));
            assert!(!handles.contains(&handle));
            handles.push(handle);
            table.remove(handle).unwrap();
        }
    }

    #[test]
    fn handles_of_one_sort_mean_nothing_to_another_and_none_is_zero() {
        let (jobs, sessions) = (Table::new(1), Table::new(2));
        let job = jobs.insert("job").unwrap();
        sessions.insert("session").unwrap();
        assert_ne!(job, 0);
        assert_eq!(sessions.get(job), None);
        assert_eq!(jobs.get(0), None);
        assert_eq!(jobs.get(u64::MAX), None);
    }

    #[test]
    fn a_slot_whose_generations_are_used_up_is_not_used_again() {
        let table = Table::new(1);
        let first = table.insert("a").unwrap();
        table.slots.write().unwrap().slots[0].generation = LAST_GENERATION;
        let last = u64::from(LAST_GENERATION) << 32 | first;
        table.remove(last).unwrap();
        let next = table.insert("b").unwrap();
        assert_ne!(next as u32, first as u32);
    }
}

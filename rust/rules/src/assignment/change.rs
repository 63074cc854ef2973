//! What is asked for.

use crate::Guid;

/// A product to add, or whose plans to choose anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddLicense {
    /// The product.
    pub sku_id: Guid,
    /// The plans to be off. This replaces the list of an assignment the user has already.
    pub disabled_plans: Vec<Guid>,
}

/// One request: all of it happens or none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LicenseChange {
    /// Products to add, in the caller's order.
    pub add: Vec<AddLicense>,
    /// Products whose direct assignment goes.
    pub remove: Vec<Guid>,
}

impl AddLicense {
    /// The product with every plan on.
    pub fn new(sku_id: Guid) -> AddLicense {
        AddLicense {
            sku_id,
            disabled_plans: Vec::new(),
        }
    }
}

impl LicenseChange {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }
}

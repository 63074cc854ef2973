//! Templates of roles. The roles themselves are directory objects.

use super::company::{refuse_filter, single, write};
use super::reader::{ListFrame, Reader};
use crate::odata::error::excerpt;
use crate::odata::properties::ROLE_TEMPLATE;
use crate::odata::query::OptionSet;
use crate::odata::shape::Shape;
use crate::role_templates::{ROLE_TEMPLATES, RoleTemplate};
use crate::service::{GraphFailure, GraphResult};

const ALLOWED: OptionSet = OptionSet::SELECT
    .and(OptionSet::COUNT)
    .and(OptionSet::FORMAT);

/// `/directoryRoleTemplates`: all of them, in one page.
pub(crate) fn templates(reader: Reader<'_>) -> GraphResult {
    let options = reader.options(ALLOWED.and(OptionSet::FILTER))?;
    refuse_filter(options.filter.as_deref())?;
    let shape = Shape::selected(&ROLE_TEMPLATE, reader.view(true), options.select.as_deref())?;
    let mut items = Vec::new();
    for template in ROLE_TEMPLATES {
        if !items.is_empty() {
            items.push(b',');
        }
        write(&shape, document(template).as_bytes(), &mut items)?;
    }
    let frame = ListFrame {
        context: &reader.metadata(ROLE_TEMPLATE.set, Some(&shape)),
        count: None,
        next_link: None,
    };
    Ok(frame.around(&items))
}

/// `/directoryRoleTemplates/{id}`.
pub(crate) fn template(reader: Reader<'_>, id: &str) -> GraphResult {
    let options = reader.options(ALLOWED)?;
    let shape = Shape::selected(
        &ROLE_TEMPLATE,
        reader.view(false),
        options.select.as_deref(),
    )?;
    let found = ROLE_TEMPLATES
        .iter()
        .find(|template| template.id.eq_ignore_ascii_case(id))
        .ok_or_else(|| GraphFailure::not_found(&excerpt(id)))?;
    single(reader, &ROLE_TEMPLATE, &shape, document(found).as_bytes())
}

fn document(template: &RoleTemplate) -> String {
    serde_json::json!({
        "id": template.id,
        "deletedDateTime": null,
        "description": template.description,
        "displayName": template.name,
    })
    .to_string()
}

//! The roles that every directory can make active, as Microsoft lists its built-in roles.

use mglicense_rules::Guid;

/// A built-in role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RoleTemplate {
    /// Id of the template, the same in every tenant.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
}

impl RoleTemplate {
    const fn new(id: &'static str, name: &'static str, description: &'static str) -> Self {
        Self {
            id,
            name,
            description,
        }
    }

    /// The id as a GUID.
    pub(crate) fn guid(&self) -> Guid {
        self.id.parse().unwrap_or_default()
    }

    /// The template with this id or name, in any letter case.
    pub(crate) fn find(text: &str) -> Option<&'static Self> {
        ROLE_TEMPLATES.iter().find(|template| {
            template.id.eq_ignore_ascii_case(text) || template.name.eq_ignore_ascii_case(text)
        })
    }
}

/// The role that is active from the start.
pub(crate) const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";

/// Built-in roles, by name.
pub(crate) static ROLE_TEMPLATES: &[RoleTemplate] = &[
    RoleTemplate::new(
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
        "Application Administrator",
        "Manages app registrations and enterprise apps.",
    ),
    RoleTemplate::new(
        "c4e39bd9-1100-46d3-8c65-fb160da0071f",
        "Authentication Administrator",
        "Manages sign-in methods of users who are no administrators.",
    ),
    RoleTemplate::new(
        "b0f54661-2d74-4c50-afa3-1ec803f12efe",
        "Billing Administrator",
        "Buys, and manages subscriptions and bills.",
    ),
    RoleTemplate::new(
        "158c047a-c907-4556-b7ef-446551a6b5f7",
        "Cloud Application Administrator",
        "Manages apps, but no application proxy.",
    ),
    RoleTemplate::new(
        "17315797-102d-40b4-93e0-432062caca18",
        "Compliance Administrator",
        "Manages compliance settings and reports.",
    ),
    RoleTemplate::new(
        "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
        "Conditional Access Administrator",
        "Manages conditional access.",
    ),
    RoleTemplate::new(
        "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
        "Directory Readers",
        "Reads basic facts of the directory.",
    ),
    RoleTemplate::new(
        "9360feb5-f418-4baa-8175-e2a00bac4301",
        "Directory Writers",
        "Reads and writes basic facts of the directory.",
    ),
    RoleTemplate::new(
        "29232cdf-9323-42fd-ade2-1d097af3e4de",
        "Exchange Administrator",
        "Manages Exchange.",
    ),
    RoleTemplate::new(
        GLOBAL_ADMINISTRATOR,
        "Global Administrator",
        "Manages everything in the directory and in the services that use it.",
    ),
    RoleTemplate::new(
        "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
        "Global Reader",
        "Reads everything that a Global Administrator manages.",
    ),
    RoleTemplate::new(
        "fdd7a751-b60b-444a-984c-02652fe8fa1c",
        "Groups Administrator",
        "Manages groups and their settings.",
    ),
    RoleTemplate::new(
        "95e79109-95c0-4d8e-aee3-d01accf2d47b",
        "Guest Inviter",
        "Invites guests.",
    ),
    RoleTemplate::new(
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",
        "Helpdesk Administrator",
        "Sets passwords of users who are no administrators.",
    ),
    RoleTemplate::new(
        "3a2c62db-5318-420d-8d74-23affee5d9d5",
        "Intune Administrator",
        "Manages Intune.",
    ),
    RoleTemplate::new(
        "4d6ac14f-3453-41d0-bef9-a3e0c569773a",
        "License Administrator",
        "Gives and takes licences of users and groups.",
    ),
    RoleTemplate::new(
        "966707d0-3269-4727-9be2-8c3a10f19b9d",
        "Password Administrator",
        "Sets passwords of users without a role.",
    ),
    RoleTemplate::new(
        "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
        "Privileged Authentication Administrator",
        "Manages sign-in methods of everybody.",
    ),
    RoleTemplate::new(
        "e8611ab8-c189-46e8-94e1-60213ab1f814",
        "Privileged Role Administrator",
        "Gives and takes roles.",
    ),
    RoleTemplate::new(
        "4a5d8f65-41da-4de4-8968-e035b65339cf",
        "Reports Reader",
        "Reads reports of use and of sign-ins.",
    ),
    RoleTemplate::new(
        "194ae4cb-b126-40b2-bd5b-6091b380977d",
        "Security Administrator",
        "Manages security settings and reads security reports.",
    ),
    RoleTemplate::new(
        "5d6b6bb7-de71-4623-b4af-96380a352509",
        "Security Reader",
        "Reads security settings and reports.",
    ),
    RoleTemplate::new(
        "f023fd81-a637-4b56-95fd-791ac0226033",
        "Service Support Administrator",
        "Reads the health of services and asks Microsoft for help.",
    ),
    RoleTemplate::new(
        "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
        "SharePoint Administrator",
        "Manages SharePoint.",
    ),
    RoleTemplate::new(
        "69091246-20e8-4a56-aa4d-066075b2a7a8",
        "Teams Administrator",
        "Manages Teams.",
    ),
    RoleTemplate::new(
        "fe930be7-5e62-47db-91af-98c3a49a38b1",
        "User Administrator",
        "Manages users and groups.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_has_an_id_of_its_own() {
        let mut ids: Vec<Guid> = ROLE_TEMPLATES
            .iter()
            .map(|template| template.id.parse().expect("an id is a GUID"))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ROLE_TEMPLATES.len());
        assert!(ROLE_TEMPLATES.is_sorted_by_key(|template| template.name));
    }

    #[test]
    fn a_template_is_found_by_id_and_by_name() {
        let global = RoleTemplate::find("global administrator").map(|template| template.id);
        assert_eq!(global, Some(GLOBAL_ADMINISTRATOR));
        assert_eq!(
            RoleTemplate::find("FE930BE7-5e62-47db-91af-98c3a49a38b1").map(|t| t.name),
            Some("User Administrator")
        );
        assert_eq!(RoleTemplate::find("Emperor"), None);
    }
}
